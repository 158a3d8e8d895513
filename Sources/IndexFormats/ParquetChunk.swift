import Tensors

/// The values of one column in the row group under way, in Parquet's plain encoding.
struct ParquetChunk {
  let column: ParquetColumn
  private(set) var rows = 0
  private var values = ExportBuffer()
  private var present: [Bool] = []
  private var bits: [Bool] = []

  /// Bytes held.
  var size: Int { values.count + bits.count + present.count }

  init(_ column: ParquetColumn) { self.column = column }

  /// Takes some of the values.
  ///
  /// - Throws: `IndexFormatError` if they are of another type than the column, or a value is missing in a required one.
  mutating func append(_ more: ParquetValues, rows range: Range<Int>) throws {
    switch (column.kind, more) {
    case (.int32, .int32(let list)): try append(list[range]) { $0.put($1) }
    case (.int64, .int64(let list)): try append(list[range]) { $0.put($1) }
    case (.double, .double(let list)): try append(list[range]) { $0.put($1) }
    case (.string, .string(let list)): try append(list[range]) { Self.put($1, into: &$0) }
    case (.bool, .bool(let list)):
      try append(list[range]) { _, _ in }
      bits.append(contentsOf: list[range].lazy.compactMap { $0 })
    case (.vector(let dimension), .vector(let matrix)) where matrix.columns == dimension:
      values.put(floats: matrix.values[range.lowerBound * dimension..<range.upperBound * dimension])
    default: throw IndexFormatError(.shape, "column \(column.name)", "the values are not of its type")
    }
    rows += range.count
  }

  private mutating func append<Value>(
    _ list: ArraySlice<Value?>, put: (inout ExportBuffer, Value) -> Void
  ) throws {
    for value in list {
      if let value {
        put(&values, value)
      } else if !column.isOptional {
        throw IndexFormatError(.shape, "column \(column.name)", "a row has no value")
      }
      if column.isOptional { present.append(value != nil) }
    }
  }

  private static func put(_ text: String, into buffer: inout ExportBuffer) {
    buffer.put(UInt32(text.utf8.count))
    buffer.put(text: text)
  }

  /// Values in Parquet's sense: elements of lists one by one, and nulls too.
  var valueCount: Int {
    if case .vector(let dimension) = column.kind { rows * dimension } else { rows }
  }

  /// What the one data page begins with: repetition and definition levels.
  var levels: ExportBuffer {
    var levels = ExportBuffer()
    if case .vector(let dimension) = column.kind {
      levels.put(repetitionOf: rows, lists: dimension)
      levels.put(definitionOf: rows * dimension)
    }
    if column.isOptional { levels.put(levels: present) }
    return levels
  }

  /// What follows them: the values.
  var encodedValues: [UInt8] {
    guard case .bool = column.kind else { return values.bytes }
    var packed = ExportBuffer()
    packed.put(packed: bits)
    return packed.bytes
  }
}

/// Levels of one bit: a `u32` byte length, then one run (facts of the hybrid encoding:
/// https://github.com/apache/parquet-format/blob/master/Encodings.md).
extension ExportBuffer {
  /// Definition levels of an optional column: 1 where a value is present.
  mutating func put(levels: [Bool]) {
    guard let first = levels.first, !levels.allSatisfy({ $0 == first }) else {
      put(run: levels.first ?? true, of: levels.count)
      return
    }
    put(packedLevelsOf: levels.count) { $0.put(packed: levels) }
  }

  /// Definition levels of lists that are never empty.
  fileprivate mutating func put(definitionOf count: Int) { put(run: true, of: count) }

  /// Repetition levels of lists of one length: 0 starts a row.
  fileprivate mutating func put(repetitionOf rows: Int, lists length: Int) {
    guard length > 1 else { return put(run: false, of: rows) }
    put(packedLevelsOf: rows * length) { buffer in
      var bytes = [UInt8](repeating: 255, count: (rows * length + 7) / 8)
      for start in stride(from: 0, to: rows * length, by: length) { bytes[start >> 3] &= ~(1 << UInt8(start & 7)) }
      if rows * length % 8 != 0 { bytes[bytes.count - 1] &= 1 << UInt8(rows * length % 8) - 1 }
      buffer.put(bytes)
    }
  }

  private mutating func put(run value: Bool, of count: Int) {
    var run = ExportBuffer()
    run.put(varint: UInt64(count) << 1)
    run.put(CollectionOfOne(value ? 1 : 0))
    put(UInt32(run.count))
    put(run.bytes)
  }

  private mutating func put(packedLevelsOf count: Int, _ fill: (inout ExportBuffer) -> Void) {
    var run = ExportBuffer()
    run.put(varint: UInt64((count + 7) / 8) << 1 | 1)
    fill(&run)
    put(UInt32(run.count))
    put(run.bytes)
  }

  /// Eight to a byte, lowest bit first.
  fileprivate mutating func put(packed bits: [Bool]) {
    for start in stride(from: 0, to: bits.count, by: 8) {
      var byte: UInt8 = 0
      for bit in start..<min(start + 8, bits.count) where bits[bit] { byte |= 1 << UInt8(bit - start) }
      bytes.append(byte)
    }
  }
}
