internal import CKernels
internal import Tensors

// The sparse kernels of sparse_f64.h, behind values.

extension SparseMatrix {
  /// transpose(self) · dense: `columns` rows.
  func transposedTimes(_ dense: DoubleMatrix) -> DoubleMatrix {
    precondition(dense.rows == rows)
    var product = DoubleMatrix(rows: columns, columns: dense.columns)
    product.values.withUnsafeMutableBufferPointer {
      vm_sparse_scatter(
        rows, rowOffsets, columnIndices, values, dense.columns, dense.values, $0.baseAddress)
    }
    return product
  }

  /// self · dense: `rows` rows.
  func times(_ dense: DoubleMatrix) -> DoubleMatrix {
    precondition(dense.rows == columns)
    var product = DoubleMatrix(rows: rows, columns: dense.columns)
    product.values.withUnsafeMutableBufferPointer {
      vm_sparse_gather(
        rows, rowOffsets, columnIndices, values, dense.columns, dense.values, $0.baseAddress)
    }
    return product
  }

  /// self · dense in 32-bit floats, each summed in doubles in the order of the entries.
  func times(_ dense: Matrix) -> Matrix {
    precondition(dense.rows == columns)
    let width = dense.columns
    var sum = [Double](repeating: 0, count: width)
    return Matrix(rows: rows, columns: width) { output in
      dense.withUnsafeBufferPointer { rowsOfDense in
        columnIndices.withUnsafeBufferPointer { indices in
          values.withUnsafeBufferPointer { values in
            guard let output = output.baseAddress, let dense = rowsOfDense.baseAddress else { return }
            for row in 0..<rows {
              let entries = entries(ofRow: row)
              vm_sparse_project(
                entries.count, indices.baseAddress.map { $0 + entries.lowerBound },
                values.baseAddress.map { $0 + entries.lowerBound }, width, dense, &sum, output + row * width)
            }
          }
        }
      }
    }
  }
}
