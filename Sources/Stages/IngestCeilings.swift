import Artifacts
import Foundation
import Media
import Pipelines

/// The ceilings of an ingest stage on one entry and one archive, which hold wherever the entry is read again.
struct IngestCeilings: Sendable, Equatable {
  var archives = ArchiveLimits()
  var images = ImageLimits()

  init() {}

  init(_ options: StageOptions) {
    set(options.integer, options.number)
  }

  /// Those of the ingest stage from which the job's records came.
  ///
  /// - Throws: `SourceFault` if its recipe does not say them.
  init(behind job: Job) throws {
    guard let recipe = try job.recipes().first(where: { $0.kind == IngestStage.kind.name }) else {
      self.init()
      return
    }
    try self.init(of: recipe)
  }

  /// Those of the ingest stage behind an artifact; nil if that is not known, or not known any more.
  ///
  /// - Throws: what reading the recipes on the way there throws: a disk that fails once must not change a job's key.
  init?(behind recipe: Recipe, in workspace: Workspace) throws {
    var recipe = recipe
    while recipe.kind != IngestStage.kind.name {
      guard let parent = recipe.inputs.first,
        let earlier = try workspace.artifact(stage: parent.stage, key: parent.key).recipe()
      else { return nil }
      recipe = earlier
    }
    try self.init(of: recipe)
  }

  private init(of recipe: Recipe) throws {
    guard let options = try? JSONDecoder().decode([String: Figure].self, from: Data(recipe.options.utf8)),
      Self.names.allSatisfy({ options[$0]?.number != nil })
    else {
      throw SourceFault("the recipe of stage \(recipe.stage) does not say its ceilings; run again with --force \(recipe.stage)")
    }
    // The largest number there is has no exact double.
    set({ Int(exactly: options[$0]!.number!) ?? .max }, { options[$0]!.number! })
  }

  private static let names = [
    "max_entries", "max_entry_bytes", "max_archive_bytes", "max_inflation", "max_entry_seconds", "max_pixels", "max_scans",
  ]

  private mutating func set(_ integer: (String) -> Int, _ number: (String) -> Double) {
    archives.maxEntries = integer("max_entries")
    archives.maxEntryBytes = integer("max_entry_bytes")
    archives.maxArchiveBytes = integer("max_archive_bytes")
    archives.maxInflation = integer("max_inflation")
    archives.maxEntrySeconds = number("max_entry_seconds")
    images.maxPixels = integer("max_pixels")
    images.maxScans = integer("max_scans")
    images.maxSeconds = number("max_entry_seconds")
  }

  /// A value of a recipe's options, of which only numbers matter here.
  private struct Figure: Decodable {
    var number: Double?
    init(from decoder: any Decoder) throws { number = try? decoder.singleValueContainer().decode(Double.self) }
  }
}
