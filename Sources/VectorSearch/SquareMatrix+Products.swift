import Tensors

extension SquareMatrix {
  var transposed: SquareMatrix {
    var values = self.values
    for i in 0..<side { for j in 0..<side { values[j * side + i] = self.values[i * side + j] } }
    return SquareMatrix(side: side, values: values)
  }

  /// This matrix times another; the same bits at any number of threads.
  func product(_ other: SquareMatrix, threads: Int) -> SquareMatrix {
    let side = side
    let rows = parallelMap(side, threads: threads, chunk: 16) { range in
      var part = [Double](repeating: 0, count: range.count * side)
      for (place, row) in range.enumerated() {
        for k in 0..<side {
          let factor = values[row * side + k]
          for column in 0..<side { part[place * side + column] += factor * other.values[k * side + column] }
        }
      }
      return part
    }
    return SquareMatrix(side: side, values: rows.flatMap { $0 })
  }

  /// Unit eigenvectors as rows, divided by the roots of their eigenvalues: W with W · this · Wᵀ = 1.
  ///
  /// - Throws: `SearchError` if the eigenvalues do not converge. They must be above zero.
  func inverseRoot() throws -> SquareMatrix {
    let (found, vectors) = try eigenvectors()
    var root = vectors
    for i in root.values.indices { root.values[i] /= found[i / side].squareRoot() }
    return root
  }
}
