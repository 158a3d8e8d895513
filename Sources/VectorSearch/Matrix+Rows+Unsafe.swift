package import Tensors

extension Matrix {
  /// A copy of which every row went through `body`.
  func mappingRows(_ body: (UnsafeMutableBufferPointer<Float>) -> Void) -> Matrix {
    var copy = self
    let (rows, columns) = (rows, columns)
    copy.withUnsafeMutableBufferPointer { values in
      for row in 0..<rows {
        body(UnsafeMutableBufferPointer(rebasing: values[row * columns..<(row + 1) * columns]))
      }
    }
    return copy
  }

  /// The mean of every column, in double precision.
  package var columnMeans: [Double] {
    var sums = [Double](repeating: 0, count: columns)
    withUnsafeBufferPointer { values in
      for row in 0..<rows {
        for column in 0..<columns { sums[column] += Double(values[row * columns + column]) }
      }
    }
    return rows == 0 ? sums : sums.map { $0 / Double(rows) }
  }
}
