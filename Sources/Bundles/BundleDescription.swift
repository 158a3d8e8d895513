public import Artifacts
import Embedders
public import IndexFormats
public import VectorSearch

/// What `bundle.json` says: everything that a query must know, and what every file must be.
///
/// It holds no times, host names or absolute paths: the same inputs give the same bytes.
public struct BundleDescription: Sendable, Equatable, Codable {
  /// Format version that this program writes and reads.
  public static let currentVersion = 1
  public static let fileName = "bundle.json"

  public var version = currentVersion
  /// Name of the pipeline that made it.
  public var pipeline: String
  /// "image", "text" or "vectors".
  public var media: String
  public var index: IndexFacts
  /// How a query becomes a vector; nil where the vectors came from outside.
  public var embedder: BundledEmbedder?
  /// The archives that the items lie in, by name.
  public var sources: [ItemArchive]
  /// Where it all came from, as the run tells it: the keys of the stages, the pipeline file, the program.
  public var lineage: String
  /// Every other file of the bundle, by name.
  public internal(set) var files: [CommittedFile] = []

  public init(
    pipeline: String, media: String, index: IndexFacts, embedder: BundledEmbedder?, sources: [ItemArchive],
    lineage: String
  ) {
    self.pipeline = pipeline
    self.media = media
    self.index = index
    self.embedder = embedder
    self.sources = sources
    self.lineage = lineage
  }

  /// The index of a bundle in a few words.
  public struct IndexFacts: Sendable, Equatable, Codable {
    /// Factory words, such as "IVF256,PQ16".
    public var type: String
    public var metric: Metric
    /// Values a query.
    public var dimension: Int
    /// Vectors in the index.
    public var count: Int
    /// Lists that a search visits unless told otherwise; nil for an index without lists.
    public var nprobe: Int?

    public init(type: String, metric: Metric, dimension: Int, count: Int, nprobe: Int? = nil) {
      self.type = type
      self.metric = metric
      self.dimension = dimension
      self.count = count
      self.nprobe = nprobe
    }
  }
}

extension BundleDescription {
  /// The bytes of `bundle.json`, which carry their own digest.
  var bytes: [UInt8] { get throws { try SealedJSON.bytes(of: self) } }

  /// The digest of `bundle.json`, and so of every byte of the bundle: two bundles with one digest are the same.
  public var digest: Digest { get throws { Digest(of: try bytes) } }
}
