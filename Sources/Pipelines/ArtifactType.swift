/// What an artifact holds, as far as it is known before anything runs: what stages are checked by when they are connected.
public enum ArtifactType: Sendable, Hashable, CustomStringConvertible {
  public enum Media: String, Sendable, Hashable { case image, text }

  /// Records of a medium: `.records.jsonl` shards.
  case records(Media)
  /// Vectors and the ids of their rows: `.npy` shards; nil where only the data will tell the dimension.
  case vectors(dimension: Int?)
  /// A filled index.
  case index
  /// Figures of quality.
  case evaluation
  /// Files for others: a bundle and what lies beside it, in a folder.
  case bundle(at: String)
  /// A version in the registry.
  case version

  public var description: String {
    switch self {
    case .records(let media): "\(media.rawValue) records"
    case .vectors(let dimension?): "vectors of \(dimension) dimensions"
    case .vectors: "vectors"
    case .index: "an index"
    case .evaluation: "an evaluation"
    case .bundle: "a bundle"
    case .version: "a version"
    }
  }
}
