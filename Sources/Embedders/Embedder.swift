public import Tensors

/// Who made an embedding: what must be the same for two vectors to be comparable.
public struct EmbedderIdentity: Sendable, Hashable, Codable {
  /// "cnn", "hashing" or "command".
  public var kind: String
  /// Name and version of the model or program, for people.
  public var name: String
  public var version: String
  /// SHA-256 over everything that decides the vectors: weights, options, fitted state; 64 hexadecimal digits.
  public var digest: String
  /// Values a vector.
  public var dimension: Int

  public init(kind: String, name: String, version: String, digest: String, dimension: Int) {
    self.kind = kind
    self.name = name
    self.version = version
    self.digest = digest
    self.dimension = dimension
  }
}

/// One record's content, as an embedder takes it.
public enum EmbedderContent: Sendable, Equatable {
  case image(Image)
  /// A picture as `prepare` of the same embedder gave it.
  case prepared(Image)
  case text(String)
  /// The entry's bytes as they lie in the archive, with the entry's name.
  case entry(name: String, bytes: [UInt8])
}

/// Turns contents into vectors.
///
/// An embedder is a value that any number of jobs share; the same content gives the same bits, whatever stands beside it in
/// the batch. It returns vectors as the model makes them: centering and scaling to unit length belong to normalize.
public protocol Embedder: Sendable {
  var identity: EmbedderIdentity { get }

  /// The least that this embedder needs of a content, done once for each before the batch is formed: a picture is cut and shrunk
  /// to the network's input. The default gives the content back.
  func prepare(_ content: EmbedderContent) throws -> EmbedderContent

  /// One row of `identity.dimension` values for each content, in order.
  func embed(_ contents: [EmbedderContent]) async throws -> Matrix
}

extension Embedder {
  public func prepare(_ content: EmbedderContent) throws -> EmbedderContent { content }
}
