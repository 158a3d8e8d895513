import Artifacts
public import SystemPackage
import Tensors

/// The folder layout that clip-retrieval writes and autofaiss reads: `img_emb/img_emb_0.npy` (or `text_emb/…`) and
/// `metadata/metadata_0.parquet`, a new pair for every million rows.
///
/// The metadata have `image_path` (the record's archive and entry) for images, `caption`, the record's columns and the
/// sidecar fields under their own names.
/// Layout: https://github.com/rom1504/clip-retrieval
public struct ClipRetrievalFormat: IndexFormat {
  public let name = "npy"
  public let needs: IndexFormatNeeds = [.items, .vectors]
  let rowsPerFile: Int

  public init() { rowsPerFile = 1_000_000 }
  package init(rowsPerFile: Int) { self.rowsPerFile = rowsPerFile }

  public func begin(in folder: FilePath, schema: ExportSchema) throws -> any IndexFormatWriter {
    try Writer(self, folder, schema)
  }

  private final class Writer: IndexFormatWriter {
    private let folder: FilePath
    private let schema: ExportSchema
    private let rowsPerFile: Int
    private let table: MetadataTable
    private var counter: RowCounter
    private var row = 0
    private var vectors: NumpyColumn?
    private var metadata: ParquetWriter?
    private var files: [CommittedFile] = []

    init(_ format: ClipRetrievalFormat, _ folder: FilePath, _ schema: ExportSchema) throws {
      self.folder = folder
      self.schema = schema
      rowsPerFile = format.rowsPerFile
      table = MetadataTable(schema)
      counter = try RowCounter(format, schema)
      try ExportFolder.make(embeddings, in: folder)
      try ExportFolder.make("metadata", in: folder)
      try openPair()
    }

    private var embeddings: String { schema.media == "text" ? "text_emb" : "img_emb" }

    func append(_ shard: ExportShard) throws {
      try counter.take(shard)
      var start = 0
      while start < shard.items.count {
        let end = min(shard.items.count, start + rowsPerFile - row % rowsPerFile)
        if vectors == nil { try openPair() }
        try vectors?.append(vectors: shard.vectors, rows: start..<end)
        try metadata?.append(try table.values(of: Array(shard.items[start..<end])))
        row += end - start
        if row % rowsPerFile == 0 { try closePair() }
        start = end
      }
    }

    func finish() throws -> [CommittedFile] {
      try counter.finish()
      try closePair()
      return files.sorted { $0.name < $1.name }
    }

    /// Numbers are padded with zeros to one width, so that names sort as the rows do.
    private func openPair() throws {
      let number = String(row / rowsPerFile)
      let width = String(max(0, schema.rows - 1) / rowsPerFile).count
      let padded = String(repeating: "0", count: width - number.count) + number
      vectors = try NumpyColumn(
        vectors: "\(embeddings)/\(embeddings)_\(padded).npy", in: folder,
        rows: min(rowsPerFile, schema.rows - row), dimension: schema.dimension)
      metadata = try ParquetWriter("metadata/metadata_\(padded).parquet", in: folder, columns: table.columns)
    }

    private func closePair() throws {
      if let vectors { files.append(try vectors.finish()) }
      if let metadata { files.append(try metadata.finish()) }
      (vectors, metadata) = (nil, nil)
    }
  }
}

/// The metadata columns of clip-retrieval: its own names first, then ours.
struct MetadataTable {
  private let table: ItemTable
  private let isImage: Bool

  init(_ schema: ExportSchema) {
    table = ItemTable(fields: schema.fields)
    isImage = schema.media != "text"
  }

  var columns: [ParquetColumn] {
    (isImage ? [ParquetColumn("image_path", .string)] : []) + table.columns
  }

  func values(of items: [Item]) throws -> [ParquetValues] {
    (isImage ? [.string(items.map { "\($0.archive)/\($0.entry)" })] : []) + (try table.values(of: items))
  }
}
