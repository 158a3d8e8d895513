/// What the end of a Parquet file says of its contents, as it grows (struct names as in parquet.thrift).
struct ParquetFooter {
  let columns: [ParquetColumn]
  private var groups: [ThriftCompact] = []
  private var rows = 0

  static let magic = "PAR1"
  /// Plain values, and levels by run length.
  private static let encodings = (plain: 0, levels: 3)

  init(columns: [ParquetColumn]) { self.columns = columns }

  static func pageHeader(values: Int, size: Int) -> ThriftCompact {
    .structure {
      $0.int32(1, 0)
      $0.int32(2, size)
      $0.int32(3, size)
      $0.structure(5) {
        $0.int32(1, values)
        $0.int32(2, encodings.plain)
        $0.int32(3, encodings.levels)
        $0.int32(4, encodings.levels)
      }
    }
  }

  /// Where a column of a row group lies.
  struct Chunk {
    var column: ParquetColumn
    var values: Int
    var offset: Int
    /// With the page header.
    var size: Int

    var thrift: ThriftCompact {
      .structure { chunk in
        chunk.int64(2, offset)
        chunk.structure(3) {
          $0.int32(1, column.physicalType)
          $0.int32s(2, [encodings.plain, encodings.levels])
          $0.texts(3, column.path)
          $0.int32(4, 0)
          $0.int64(5, values)
          $0.int64(6, size)
          $0.int64(7, size)
          $0.int64(9, offset)
        }
      }
    }
  }

  mutating func add(group chunks: [Chunk], rows count: Int) {
    rows += count
    groups.append(
      .structure {
        $0.structures(1, chunks.map(\.thrift))
        $0.int64(2, chunks.reduce(0) { $0 + $1.size })
        $0.int64(3, count)
      })
  }

  var thrift: ThriftCompact {
    .structure {
      $0.int32(1, 1)
      $0.structures(2, [root] + columns.flatMap(Self.elements))
      $0.int64(3, rows)
      $0.structures(4, groups)
      $0.text(6, "vecmill")
    }
  }

  private var root: ThriftCompact {
    .structure {
      $0.text(4, "schema")
      $0.int32(5, columns.count)
    }
  }

  private static func elements(of column: ParquetColumn) -> [ThriftCompact] {
    guard case .vector = column.kind else {
      return [leaf(column.name, column, repetition: column.isOptional ? 1 : 0)]
    }
    let outer = ThriftCompact.structure {
      $0.int32(3, 0)
      $0.text(4, column.name)
      $0.int32(5, 1)
      $0.int32(6, 3)
    }
    let list = ThriftCompact.structure {
      $0.int32(3, 2)
      $0.text(4, "list")
      $0.int32(5, 1)
    }
    return [outer, list, leaf("element", column, repetition: 0)]
  }

  private static func leaf(_ name: String, _ column: ParquetColumn, repetition: Int) -> ThriftCompact {
    .structure {
      $0.int32(1, column.physicalType)
      $0.int32(3, repetition)
      $0.text(4, name)
      if column.kind == .string { $0.int32(6, 0) }
    }
  }
}
