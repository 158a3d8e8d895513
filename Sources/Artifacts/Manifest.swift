/// The sealed list of an artifact's checkpoints, written last: its presence means that the artifact is done.
public struct Manifest: Sendable, Equatable, Codable, VersionedDocument {
  public static let format: Int = 1

  public var format: Int = Manifest.format
  public var recipe: Recipe
  /// Work on the whole input and on sources, then one for each shard of the result in shard order.
  public var checkpoints: [Checkpoint]
  /// The phase whose shards are the artifact's own.
  public var outputPhase: String

  /// Files of the artifact as a whole: `rejects.jsonl`, if there are any.
  public var files: [CommittedFile]

  public init(recipe: Recipe, checkpoints: [Checkpoint], outputPhase: String, files: [CommittedFile] = []) {
    self.recipe = recipe
    self.checkpoints = checkpoints
    self.outputPhase = outputPhase
    self.files = files
  }

  /// The artifact's own shards, in order.
  public var shards: [Checkpoint] { checkpoints.filter { $0.shard != nil && $0.phase == outputPhase } }

  /// Rows of the artifact's shards; of one that is a whole, what its last phase says.
  public var rows: Int {
    let shards = shards
    return shards.isEmpty ? whole(outputPhase)?.rows ?? 0 : shards.reduce(0) { $0 + $1.rows }
  }
  public var bytes: Int { checkpoints.reduce(0) { $0 + $1.files.reduce(0) { $0 + $1.size } } }

  public var rejects: [String: Int] {
    checkpoints.reduce(into: [:]) { $0.merge($1.rejects, uniquingKeysWith: +) }
  }

  /// The checkpoint of a phase that works on the whole input.
  public func whole(_ phase: String) -> Checkpoint? {
    checkpoints.first { $0.phase == phase && $0.shard == nil && $0.part == nil }
  }
}
