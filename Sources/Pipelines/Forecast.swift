import Artifacts

/// What a stage would do in a run, as far as that can be said before its sources are read.
public struct Forecast: Sendable, Equatable, Codable {
  /// Sources that no earlier artifact of the stage has read.
  public var sourcesToRead: Int
  public var bytesToRead: Int
  /// A sentence each, such as `keeps its quantizer unless that drifted by more than 10%`.
  public var words: [String]
}

extension Plan {
  /// What a stage would do; nil if it is fresh.
  public func forecast(_ stage: PlannedStage) throws -> Forecast? {
    guard stage.mustRun else { return nil }
    let like = try workspace.artifacts(like: stage.recipe, except: stage.artifact).prefix(ReuseIndex.depth)
    let known = Set(try like.flatMap { try $0.recipe()?.sources.map(\.identity) ?? [] })
    let read = stage.recipe.sources.filter { !known.contains($0.identity) }
    var words = try stage.declaration.stage.forecast(stage.recipe, stage.artifact, in: workspace)
    if stage.recipe.kept != nil, let inheritance = stage.declaration.stage.inheritance { words.append(inheritance.words) }
    return Forecast(sourcesToRead: read.count, bytesToRead: read.reduce(0) { $0 + $1.size }, words: words)
  }
}

extension Source {
  /// By what a job on a source finds earlier work.
  var identity: String { ([name, digest.hex] + (companions ?? []).map(\.digest.hex)).joined(separator: " ") }
}
