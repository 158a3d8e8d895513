internal import Tensors

/// A dense matrix of doubles in row-major order, for fitting.
struct DoubleMatrix: Sendable {
  let rows: Int
  let columns: Int
  var values: [Double]

  init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
    values = [Double](repeating: 0, count: rows * columns)
  }

  /// Random signs, the same for the same seed.
  init(signsOf seed: UInt64, rows: Int, columns: Int) {
    self.init(rows: rows, columns: columns)
    var random = SeededRandom(seed: seed)
    var bits: UInt64 = 0
    for place in values.indices {
      if place % 64 == 0 { bits = random.next() }
      values[place] = bits & 1 == 0 ? 1 : -1
      bits >>= 1
    }
  }

  /// Some columns as a matrix of their own.
  subscript(columns range: Range<Int>) -> DoubleMatrix {
    var part = DoubleMatrix(rows: rows, columns: range.count)
    for row in 0..<rows {
      part.values.replaceSubrange(
        row * range.count..<(row + 1) * range.count,
        with: values[row * columns + range.lowerBound..<row * columns + range.upperBound])
    }
    return part
  }

  /// Some rows as a matrix of their own.
  subscript(rows range: Range<Int>) -> DoubleMatrix {
    DoubleMatrix(
      rows: range.count, columns: columns,
      values: Array(values[range.lowerBound * columns..<range.upperBound * columns]))
  }

  init(rows: Int, columns: Int, values: [Double]) {
    precondition(values.count == rows * columns, "\(values.count) values for \(rows)×\(columns)")
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  /// Matrices of as many rows, side by side.
  init(beside parts: [DoubleMatrix], rows: Int) {
    self.init(rows: rows, columns: parts.reduce(0) { $0 + $1.columns })
    var left = 0
    for part in parts {
      for row in 0..<rows {
        values.replaceSubrange(
          row * columns + left..<row * columns + left + part.columns,
          with: part.values[row * part.columns..<(row + 1) * part.columns])
      }
      left += part.columns
    }
  }

  /// Matrices of as many columns, one below the other.
  init(stacking parts: [DoubleMatrix], columns: Int) {
    let values = parts.flatMap(\.values)
    self.init(rows: parts.reduce(0) { $0 + $1.rows }, columns: columns, values: values)
  }
}
