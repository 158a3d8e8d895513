public import Artifacts
public import SystemPackage

/// Writes a Parquet file row group by row group: plain values, no compression, readable by all.
///
/// A row group holds 65,536 rows, or fewer where a row is so wide that this would pass 64 MiB; that, and not the file,
/// is what is held in memory.
/// Layout: https://parquet.apache.org/docs/file-format/
public final class ParquetWriter {
  /// Rows of every group but the last.
  let rowsPerGroup: Int
  private let file: ExportFile
  private var chunks: [ParquetChunk]
  private var footer: ParquetFooter

  /// Makes the file, or empties it.
  ///
  /// - Throws: `IndexFormatError` if it cannot be made.
  public convenience init(_ name: String, in folder: FilePath, columns: [ParquetColumn]) throws {
    try self.init(name, in: folder, columns: columns, rowsPerGroup: 65_536)
  }

  package init(_ name: String, in folder: FilePath, columns: [ParquetColumn], rowsPerGroup: Int) throws {
    let width = columns.reduce(0) { sum, column in
      if case .vector(let dimension) = column.kind { sum + 4 * dimension } else { sum }
    }
    self.rowsPerGroup = max(1, min(rowsPerGroup, (64 << 20) / max(width, 1)))
    chunks = columns.map(ParquetChunk.init)
    footer = ParquetFooter(columns: columns)
    file = try ExportFile(name, in: folder)
    try file.write { $0.put(text: ParquetFooter.magic) }
  }

  /// Takes the next rows: one list of values for each column, all of one length.
  ///
  /// - Throws: `IndexFormatError` if the lists do not fit the columns or cannot be written.
  public func append(_ values: [ParquetValues]) throws {
    let rows = values.first?.count ?? 0
    guard values.count == chunks.count, values.allSatisfy({ $0.count == rows }) else {
      throw IndexFormatError(
        .shape, "Parquet rows", "not one list of \(rows) values for each of \(chunks.count) columns")
    }
    var start = 0
    while start < rows {
      let end = min(rows, start + rowsPerGroup - chunks[0].rows)
      for index in chunks.indices { try chunks[index].append(values[index], rows: start..<end) }
      if chunks[0].rows == rowsPerGroup { try flushGroup() }
      start = end
    }
  }

  public func finish() throws -> CommittedFile {
    if let rows = chunks.first?.rows, rows > 0 { try flushGroup() }
    let end = footer.thrift.buffer
    try file.write {
      $0.put(end.bytes)
      $0.put(UInt32(end.count))
      $0.put(text: ParquetFooter.magic)
    }
    return try file.finish()
  }

  private func flushGroup() throws {
    let rows = chunks[0].rows
    var written: [ParquetFooter.Chunk] = []
    for index in chunks.indices {
      written.append(try write(chunks[index]))
      chunks[index] = ParquetChunk(chunks[index].column)
    }
    footer.add(group: written, rows: rows)
  }

  private func write(_ chunk: ParquetChunk) throws -> ParquetFooter.Chunk {
    let (levels, values) = (chunk.levels, chunk.encodedValues)
    let size = levels.count + values.count
    guard size <= Int32.max else {
      throw IndexFormatError(.shape, "column \(chunk.column.name)", "\(size) bytes in one row group")
    }
    let header = ParquetFooter.pageHeader(values: chunk.valueCount, size: size).buffer
    let offset = file.position
    try file.write {
      $0.put(header.bytes)
      $0.put(levels.bytes)
    }
    try file.write(large: values)
    return .init(column: chunk.column, values: chunk.valueCount, offset: offset, size: header.count + size)
  }
}
