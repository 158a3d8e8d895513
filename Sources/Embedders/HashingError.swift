/// Why texts could not be embedded by hashing.
public enum HashingError: Error, Equatable, CustomStringConvertible {
  /// An option, and the values that it takes.
  case options(String)
  /// The content at this place of the batch is not a text.
  case content(Int)
  /// The state does not fit the options, or its file is damaged.
  case state(String)
  /// Document frequencies of other options, or of a damaged file.
  case frequencies(String)

  public var description: String {
    switch self {
    case .options(let reason): "hashing embedder: \(reason)"
    case .content(let place): "hashing embedder: content \(place) of the batch is not a text; ingest it with media: text"
    case .state(let reason): "hashing embedder's state: \(reason); fit it again"
    case .frequencies(let reason): "document frequencies: \(reason); count the texts again"
    }
  }
}
