import ArgumentParser
import Artifacts
import Registries
import Reports

struct GarbageCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "gc", abstract: "Remove artifacts and versions that no recent run and no alias needs.",
    discussion: """
      What the last runs of each pipeline made or used stays, and so does everything that it was made from. Of every name in the \
      registry the last versions stay, and all that an alias stands on or that are pinned, with the artifacts they were made from; the \
      others lose their bytes, not their record. Cached truth and statistics go with the data that they are about. Bundles that were exported lie outside of the workspace.

      EXAMPLES:
        vecmill gc --dry-run
        vecmill gc --keep 1
      """)

  @OptionGroup var workspace: WorkspaceOptions
  @Option(name: .long, help: ArgumentHelp("How many runs of each pipeline, and versions of each name, stay.", valueName: "n"))
  var keep = 3
  @Flag(name: .long, help: "Only say what would be removed.")
  var dryRun = false
  @OptionGroup var format: OutputOptions

  private struct Report: Encodable {
    var isDryRun: Bool
    var removed: [Garbage.Piece]
    var versions: [Registry.Prunable]
    var cached: [WorkspaceCache.Unneeded]
    var bytes: Int
    var kept: Int
  }

  func validate() throws {
    if keep < 1 { throw ValidationError("--keep \(keep) is not positive") }
  }

  func run() async throws {
    let workspace = Workspace(at: workspace.path)
    guard try !workspace.disk.list(workspace.path).isEmpty else { throw Failure.usage("\(workspace.path) is no workspace") }
    let lock = try RunLock(workspace)
    let garbage = try Garbage(workspace, keepingRuns: keep)
    // Artifacts first: that a version goes is noted in its history, which a full disk has no room for.
    if !dryRun { try garbage.remove() }
    let versions = try prune(workspace)
    let bytes = [garbage.pieces.map(\.bytes), versions.map(\.bytes), garbage.cached.map(\.bytes)].joined().reduce(0, +)
    try tell(
      Report(
        isDryRun: dryRun, removed: garbage.pieces, versions: versions, cached: garbage.cached, bytes: bytes, kept: garbage.kept))
    withExtendedLifetime(lock) {}
  }

  private func prune(_ workspace: Workspace) throws -> [Registry.Prunable] {
    try [Registry.bundles(of: workspace), .models(of: workspace)].flatMap { registry in
      try registry.names().flatMap { name in
        try dryRun ? registry.prunable(name, keepingLast: keep) : registry.prune(name, keepingLast: keep)
      }
    }
  }

  private func tell(_ report: Report) throws {
    if format.json { return try Output.json(report) }
    for piece in report.removed {
      try Output.line("\(dryRun ? "would remove" : "removed") \(piece.artifact), \(Figure.bytes(piece.bytes))")
    }
    for version in report.versions {
      try Output.line("\(dryRun ? "would remove" : "removed") \(version.version), \(Figure.bytes(version.bytes))")
    }
    for file in report.cached {
      try Output.line("\(dryRun ? "would remove" : "removed") cache/\(file.name), \(Figure.bytes(file.bytes))")
    }
    let freed = "\(Figure.bytes(report.bytes)) \(dryRun ? "would be freed" : "freed")"
    let others = [("version", report.versions.count), ("cached file", report.cached.count)].filter { $0.1 > 0 }
      .map { ", \(Figure.count($0.1, $0.0))" }.joined()
    try Output.line("\(Figure.count(report.removed.count, "artifact"))\(others), \(freed); \(Figure.count(report.kept)) kept")
  }
}
