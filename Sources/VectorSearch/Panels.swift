import CKernels
package import Tensors

/// Rows packed 16 side by side for the product kernels: centroids, transforms, stored vectors.
package struct Panels: Sendable, Equatable {
  package let rows: Int
  package let columns: Int
  /// The packed values (`CKernels/panels.h`).
  let values: [Float]
  /// Half of every row's squared norm; infinity for the rows that pad the last panel.
  let halfNorms: [Float]

  /// Packs a matrix; `scale` multiplies every value (-1 turns the kernels' subtraction into addition).
  package init(_ matrix: Matrix, scale: Float = 1) {
    rows = matrix.rows
    columns = matrix.columns
    let scaled = scale == 1 ? matrix.values : matrix.values.map { $0 * scale }
    values = Self.packed(scaled, rows: rows, columns: columns)
    halfNorms = Self.halfNorms(scaled, rows: rows, columns: columns)
  }

  /// A bias of zero for every row, infinity for the padding: `nearest` then finds the largest inner product.
  var zeroBias: [Float] {
    halfNorms.indices.map { $0 < rows ? 0 : .infinity }
  }
}
