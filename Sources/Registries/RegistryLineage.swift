public import Artifacts
public import Bundles
public import Embedders

/// Where a version came from: enough to tell it from every other and to make it again.
public struct RegistryLineage: Sendable, Equatable, Codable {
  /// An archive that was read.
  public struct Input: Sendable, Hashable, Codable {
    public var name: String
    /// Bytes.
    public var size: Int
    public var digest: Digest?
    /// Items of the bundle that lie in it.
    public var items: Int?

    public init(name: String, size: Int, digest: Digest?, items: Int? = nil) {
      self.name = name
      self.size = size
      self.digest = digest
      self.items = items
    }
  }

  /// Name of the pipeline.
  public var pipeline: String?
  /// The pipeline file: its path as it was given, its text and the text's digest.
  public var file: String?
  public var text: String?
  public var textDigest: Digest?
  /// Values of its parameters; those from the environment are masked.
  public var parameters: [String: String] = [:]
  public var inputs: [Input] = []
  /// The stages with their kinds and keys, a line each, in their order.
  public var stages: String?
  /// The model that made the vectors; nil where they came from outside.
  public var model: EmbedderIdentity?
  /// Type, metric and size of the index, its quantizer among it.
  public var index: BundleDescription.IndexFacts?
  /// Version of the program.
  public var program: String?
  /// The commit of the folder that the pipeline file lies in, if that is under git.
  public var commit: String?

  public init() {}
}
