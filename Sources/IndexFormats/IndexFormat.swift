public import Artifacts
public import SystemPackage
public import Tensors

/// A way to lay an index, its items or its vectors on disk for others to read.
///
/// A format is a value that says what it needs; `begin` gives a writer that one job drives: shards in order, then
/// `finish`. A writer keeps no more than one row group in memory, and the same rows give the same bytes however they
/// were cut into shards. Files are written in place: the caller begins in a temporary folder and moves that to its name
/// when all is done.
public protocol IndexFormat: Sendable {
  /// The word for it in a pipeline's `formats`.
  var name: String { get }
  var needs: IndexFormatNeeds { get }

  /// Starts writing below a folder that exists.
  ///
  /// - Throws: `IndexFormatError` if the schema lacks what this format needs, or a file cannot be made.
  func begin(in folder: FilePath, schema: ExportSchema) throws -> any IndexFormatWriter
}

/// One export under way.
public protocol IndexFormatWriter: AnyObject {
  /// Takes the next rows.
  ///
  /// - Throws: `IndexFormatError` if they do not fit the schema or cannot be written.
  func append(_ shard: ExportShard) throws

  /// Writes what is left and closes the files; they are durable when this returns.
  ///
  /// - Returns: the files, named relative to the folder, in the order of their names.
  func finish() throws -> [CommittedFile]
}

/// What a format must be given.
public struct IndexFormatNeeds: OptionSet, Sendable {
  public let rawValue: Int
  public init(rawValue: Int) { self.rawValue = rawValue }

  /// Every shard carries its records.
  public static let items = IndexFormatNeeds(rawValue: 1)
  /// Every shard carries its vectors.
  public static let vectors = IndexFormatNeeds(rawValue: 2)
  /// The schema names the built index file.
  public static let index = IndexFormatNeeds(rawValue: 4)
}

/// What is known of an export before its first row.
public struct ExportSchema: Sendable, Equatable {
  /// Rows in all.
  public var rows: Int
  /// Values a vector; 0 if the export has none.
  public var dimension: Int
  /// "image", "text" or "vectors": some layouts name their folders by it.
  public var media: String
  /// Scalar sidecar fields that become columns of their own, from an `ItemFieldSurvey`.
  public var fields: [ItemField]
  /// The built index, for formats that carry it.
  public var index: FilePath?

  public init(
    rows: Int, dimension: Int, media: String = "image", fields: [ItemField] = [],
    index: FilePath? = nil
  ) {
    self.rows = rows
    self.dimension = dimension
    self.media = media
    self.fields = fields
    self.index = index
  }
}

/// A bounded run of rows: records and the vectors that belong to them.
public struct ExportShard: Sendable {
  public var items: [Item]
  /// `items.count` rows of the schema's dimension.
  public var vectors: Matrix

  public init(items: [Item], vectors: Matrix) {
    self.items = items
    self.vectors = vectors
  }
}
