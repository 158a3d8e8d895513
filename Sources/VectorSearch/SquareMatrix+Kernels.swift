import CKernels
import Tensors

extension SquareMatrix {
  /// The covariance of a sample about its means: the sum of outer products divided by the number of rows.
  static func covariance(of sample: Matrix, means: [Double], threads: Int) -> SquareMatrix {
    var sums = cross(sample, sample, means: means, threads: threads)
    let scale = 1 / Double(sample.rows)
    for i in sums.values.indices { sums.values[i] *= scale }
    return sums
  }

  /// The sum over rows of x yᵀ, of two matrices of the same shape.
  static func cross(_ x: Matrix, _ y: Matrix, means: [Double]? = nil, threads: Int) -> SquareMatrix {
    precondition(x.rows == y.rows && x.columns == y.columns, "two shapes")
    let d = x.columns
    // Every chunk of rows widens the whole sample once: few, large chunks.
    let chunk = max(32, (d / 8 + 3) / 4 * 4)
    let parts = parallelMap(d, threads: threads, chunk: chunk) { rows in
      var part = [Double](repeating: 0, count: rows.count * d)
      vm_cross(x.values, means, d, y.values, means, d, x.rows, rows.lowerBound, rows.upperBound, &part)
      return part
    }
    return SquareMatrix(side: d, values: parts.flatMap { $0 })
  }

  /// Eigenvalues in ascending order and unit eigenvectors as rows, of a symmetric matrix.
  package func eigenvectors() throws -> (values: [Double], vectors: SquareMatrix) {
    var vectors = self
    var found = [Double](repeating: 0, count: side)
    guard vm_symmetric_eigen(&vectors.values, side, &found) != 0 else {
      throw SearchError(.notFinite, "the eigenvalues do not converge: the sample is degenerate")
    }
    return (found, vectors)
  }
}

extension SquareMatrix {
  /// Becomes the nearest orthogonal matrix: U Vᵀ of its singular value decomposition.
  mutating func makeOrthogonal() throws {
    guard vm_nearest_orthogonal(&values, side) != 0 else {
      throw SearchError(.notFinite, "the rotation does not converge: the sample is degenerate")
    }
  }
}
