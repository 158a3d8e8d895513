/// A dense matrix of 32-bit floats in row-major order: `rows` vectors of `columns` values each.
///
/// A batch of embeddings, a sample to train on, a set of centroids: every stage after decoding speaks in matrices.
/// A matrix is a value; a copy is made when one of two owners writes.
public struct Matrix: Sendable, Equatable {
  public let rows: Int
  public let columns: Int
  /// The values, row after row: `rows * columns` of them.
  public internal(set) var values: [Float]

  /// A matrix of zeros.
  public init(rows: Int, columns: Int) {
    precondition(rows >= 0 && columns >= 0, "a matrix has no negative side")
    self.rows = rows
    self.columns = columns
    values = [Float](repeating: 0, count: rows * columns)
  }

  /// A matrix over values that exist already; their number must be `rows * columns`.
  public init(rows: Int, columns: Int, values: [Float]) {
    precondition(rows >= 0 && columns >= 0, "a matrix has no negative side")
    precondition(values.count == rows * columns, "\(values.count) values for \(rows)×\(columns)")
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  public subscript(row: Int, column: Int) -> Float {
    get { values[row * columns + column] }
    set { values[row * columns + column] = newValue }
  }

  /// One row: `columns` values.
  public subscript(row row: Int) -> ArraySlice<Float> {
    get { values[row * columns..<(row + 1) * columns] }
    set {
      precondition(newValue.count == columns, "a row has \(columns) values")
      values.replaceSubrange(row * columns..<(row + 1) * columns, with: newValue)
    }
  }

  /// The rows of the range as a matrix of their own.
  public subscript(rows range: Range<Int>) -> Matrix {
    Matrix(
      rows: range.count, columns: columns,
      values: Array(values[range.lowerBound * columns..<range.upperBound * columns]))
  }

  /// The named rows, in the order named.
  public func gathering(_ indices: [Int]) -> Matrix {
    var gathered: [Float] = []
    gathered.reserveCapacity(indices.count * columns)
    for index in indices { gathered.append(contentsOf: self[row: index]) }
    return Matrix(rows: indices.count, columns: columns, values: gathered)
  }

  /// Matrices of the same width, one below the other.
  public init(stacking parts: [Matrix], columns: Int) {
    var stacked: [Float] = []
    stacked.reserveCapacity(parts.reduce(0) { $0 + $1.values.count })
    for part in parts {
      precondition(part.columns == columns || part.rows == 0, "a part has another width")
      stacked.append(contentsOf: part.values)
    }
    self.init(rows: columns == 0 ? 0 : stacked.count / columns, columns: columns, values: stacked)
  }
}
