public import Embedders
public import Tensors

/// What a bundle is asked with.
public enum BundleQuery: Sendable {
  /// A picture's file, as it is: its bytes, and a name for errors and for embedders that look at names.
  case image([UInt8], name: String)
  case text(String)
  /// The neighbours of one of the bundle's own items.
  case id(Int64)
  /// Vectors that exist already: rows of the index's dimension. Their maker is checked if it is known.
  case vectors(Matrix, madeBy: EmbedderIdentity?)
}

/// How a bundle is searched.
public struct BundleSearchOptions: Sendable {
  /// Answers a query.
  public var k: Int
  /// Lists to visit; nil for what the bundle was made with.
  public var nprobe: Int?
  /// An SQL expression over the items' columns: `class = 'cat' AND width > 100`.
  public var condition: String?
  public var threads: Int

  public init(k: Int = 10, nprobe: Int? = nil, condition: String? = nil, threads: Int = 1) {
    self.k = k
    self.nprobe = nprobe
    self.condition = condition
    self.threads = threads
  }
}
