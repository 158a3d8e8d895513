import Artifacts
public import SystemPackage

/// Items and vectors in one Parquet file, `items.parquet`: one row for each record, its vector in the column `vector`.
public struct ParquetFormat: IndexFormat {
  public let name = "parquet"
  public let needs: IndexFormatNeeds = [.items, .vectors]
  public static let fileName = "items.parquet"

  public init() {}

  public func begin(in folder: FilePath, schema: ExportSchema) throws -> any IndexFormatWriter {
    try Writer(self, folder, schema)
  }

  private final class Writer: IndexFormatWriter {
    private var counter: RowCounter
    private let table: ItemTable
    private let parquet: ParquetWriter

    init(_ format: ParquetFormat, _ folder: FilePath, _ schema: ExportSchema) throws {
      counter = try RowCounter(format, schema)
      table = ItemTable(fields: schema.fields)
      parquet = try ParquetWriter(
        fileName, in: folder,
        columns: table.columns + [ParquetColumn("vector", .vector(dimension: schema.dimension))])
    }

    func append(_ shard: ExportShard) throws {
      try counter.take(shard)
      guard !shard.items.isEmpty else { return }
      try parquet.append(try table.values(of: shard.items) + [.vector(shard.vectors)])
    }

    func finish() throws -> [CommittedFile] {
      try counter.finish()
      return [try parquet.finish()]
    }
  }
}
