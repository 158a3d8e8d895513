extension DoubleMatrix {
  /// The upper triangle r of transpose(r) · r = self, for a symmetric matrix that is not negative.
  ///
  /// A pivot below `negligible` of its diagonal value means a column that depends on those before: its row of r is 0.
  func choleskyTriangle(negligible: Double) -> DoubleMatrix {
    var triangle = DoubleMatrix(rows: rows, columns: rows)
    for i in 0..<rows {
      var rest = Array(values[i * rows + i..<(i + 1) * rows])
      let diagonal = rest[0]
      for k in 0..<i {
        let factor = triangle.values[k * rows + i]
        if factor == 0 { continue }
        for j in i..<rows { rest[j - i] -= factor * triangle.values[k * rows + j] }
      }
      guard rest[0] > negligible * diagonal else { continue }
      let root = rest[0].squareRoot()
      for j in i..<rows { triangle.values[i * rows + j] = rest[j - i] / root }
    }
    return triangle
  }
}
