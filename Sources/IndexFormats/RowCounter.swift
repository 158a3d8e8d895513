import Tensors

/// Holds the rows that come against the rows that were announced.
struct RowCounter {
  let schema: ExportSchema
  let needs: IndexFormatNeeds
  private(set) var taken = 0

  init(_ format: some IndexFormat, _ schema: ExportSchema) throws {
    self.schema = schema
    needs = format.needs
    if needs.contains(.vectors), schema.dimension < 1 {
      throw IndexFormatError(.shape, "format \(format.name)", "it needs vectors, and there are none")
    }
    if needs.contains(.index), schema.index == nil {
      throw IndexFormatError(.shape, "format \(format.name)", "it needs a built index, and there is none")
    }
  }

  mutating func take(_ shard: ExportShard) throws {
    let rows = needs.contains(.items) ? shard.items.count : shard.vectors.rows
    if needs.contains(.vectors) {
      guard shard.vectors.rows == rows, shard.vectors.columns == schema.dimension || rows == 0 else {
        throw IndexFormatError(
          .shape, "rows from \(taken)",
          "\(shard.vectors.rows)×\(shard.vectors.columns) vectors for \(rows) records of \(schema.dimension) values"
        )
      }
    }
    taken += rows
    guard taken <= schema.rows else {
      throw IndexFormatError(.shape, "row \(schema.rows)", "only \(schema.rows) rows were announced")
    }
  }

  func finish() throws {
    guard taken == schema.rows else {
      throw IndexFormatError(.shape, "row \(taken)", "\(schema.rows) rows were announced, \(taken) came")
    }
  }
}
