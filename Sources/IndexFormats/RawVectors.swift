import Artifacts
public import SystemPackage
import Tensors

/// The plain vector files of the nearest-neighbour benchmarks: `vectors.fvecs` or `vectors.fbin`, with `ids.npy`
/// beside.
///
/// fvecs writes `i32 d` and d floats for every row; fbin `i32 n, i32 d` once, then all rows. `ids.npy` holds the record
/// id of each row.
public struct RawVectors: IndexFormat {
  public enum Layout: String, Sendable, CaseIterable {
    case fvecs, fbin
  }

  public let layout: Layout
  public var name: String { layout.rawValue }
  public let needs: IndexFormatNeeds = [.items, .vectors]

  public init(_ layout: Layout) { self.layout = layout }

  public func begin(in folder: FilePath, schema: ExportSchema) throws -> any IndexFormatWriter {
    try Writer(self, folder, schema)
  }

  private final class Writer: IndexFormatWriter {
    private let layout: Layout
    private var counter: RowCounter
    private let vectors: ExportFile
    private let ids: NumpyColumn

    init(_ format: RawVectors, _ folder: FilePath, _ schema: ExportSchema) throws {
      layout = format.layout
      counter = try RowCounter(format, schema)
      vectors = try ExportFile("vectors.\(format.name)", in: folder)
      ids = try NumpyColumn(ids: "ids.npy", in: folder, rows: schema.rows)
      if layout == .fbin {
        guard schema.rows <= Int32.max else {
          throw IndexFormatError(.shape, "vectors.fbin", "\(schema.rows) rows are more than the format can count")
        }
        try vectors.write {
          $0.put(Int32(schema.rows))
          $0.put(Int32(schema.dimension))
        }
      }
    }

    func append(_ shard: ExportShard) throws {
      try counter.take(shard)
      for row in 0..<shard.vectors.rows {
        try vectors.write {
          if layout == .fvecs { $0.put(Int32(shard.vectors.columns)) }
          $0.put(floats: shard.vectors[row: row])
        }
      }
      try ids.append(ids: shard.items)
    }

    func finish() throws -> [CommittedFile] {
      try counter.finish()
      return [try ids.finish(), try vectors.finish()]
    }
  }
}
