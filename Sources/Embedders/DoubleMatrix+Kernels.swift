internal import CKernels
internal import Tensors

// The dense kernels of sparse_f64.h, behind values.

extension DoubleMatrix {
  /// Some rows of transpose(self) · right: those of `columns`.
  func crossProduct(columns range: Range<Int>, with right: DoubleMatrix) -> DoubleMatrix {
    precondition(right.rows == rows && range.upperBound <= columns)
    var product = DoubleMatrix(rows: range.count, columns: right.columns)
    product.values.withUnsafeMutableBufferPointer {
      vm_dense_cross(
        rows, columns, values, range.lowerBound, range.upperBound, right.columns, right.values, $0.baseAddress)
    }
    return product
  }

  /// self · right
  func times(_ right: DoubleMatrix) -> DoubleMatrix {
    precondition(right.rows == columns)
    var product = DoubleMatrix(rows: rows, columns: right.columns)
    product.values.withUnsafeMutableBufferPointer {
      vm_dense_times(rows, columns, values, right.columns, right.values, $0.baseAddress)
    }
    return product
  }

  /// The q of q · triangle = self.
  func dividedOnTheRight(by triangle: DoubleMatrix) -> DoubleMatrix {
    precondition(triangle.rows == columns && triangle.columns == columns)
    var quotient = self
    quotient.values.withUnsafeMutableBufferPointer {
      vm_triangular_solve(rows, columns, triangle.values, $0.baseAddress)
    }
    return quotient
  }

  /// Eigenvalues and, row by row, eigenvectors of a symmetric matrix, the largest first.
  func symmetricEigen() -> (values: [Double], vectors: DoubleMatrix) {
    precondition(rows == columns)
    var work = values
    var eigenvalues = [Double](repeating: 0, count: rows)
    var vectors = DoubleMatrix(rows: rows, columns: rows)
    vm_symmetric_eigen_f64(rows, &work, &eigenvalues, &vectors.values)
    let order = eigenvalues.indices.sorted { (-eigenvalues[$0], $0) < (-eigenvalues[$1], $1) }
    let sorted = order.flatMap { vectors.values[$0 * rows..<($0 + 1) * rows] }
    return (order.map { eigenvalues[$0] }, DoubleMatrix(rows: rows, columns: rows, values: sorted))
  }
}
