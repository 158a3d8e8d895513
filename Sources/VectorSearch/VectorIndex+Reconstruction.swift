public import Tensors

extension VectorIndex {
  /// What the code of an id stands for, taken back through rotation and transforms: one row of `dimension` values that
  /// `search` takes as a query; nil if there is no such id.
  ///
  /// It is as exact as the code. Scaling to unit length is not undone, and what a projection dropped stays 0.
  ///
  /// - Complexity: one pass over the ids.
  public func reconstructed(_ id: Int64) -> Matrix? {
    for list in spans.indices {
      if let row = ids(ofList: list).firstIndex(of: id) { return undoingTransforms(of: decoded(row: row, list: list)) }
    }
    return nil
  }

  /// A vector of a list, as the coarse quantizer sees it.
  func decoded(row: Int, list: Int) -> Matrix {
    let code = codes(ofList: list, row..<row + 1)
    var vector: Matrix
    switch trained.code {
    case .product(let quantizer, _): vector = quantizer.decoded(code)
    case .flat:
      let values = (0..<code.count / 4).map { value in
        Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(code[4 * value + $1]) << UInt32(8 * $1) })
      }
      vector = Matrix(rows: 1, columns: values.count, values: values)
    }
    if let coarse = trained.coarse, coarse.byResidual {
      for column in 0..<vector.columns { vector[0, column] += coarse.centroids[list, column] }
    }
    return vector
  }

  private func undoingTransforms(of coded: Matrix) -> Matrix {
    var vector = trained.rotation.map { $0.undone(coded) } ?? coded
    for transform in trained.transforms.reversed() {
      if case .linear(let map) = transform { vector = map.undone(vector) }
    }
    return vector
  }
}

extension LinearTransform {
  /// A vector that maps to the row given: Aᵀ (y - b), each row of A divided by its squared length.
  ///
  /// Exact where the rows of A are perpendicular, as those of rotations and principal components are, whitened or not.
  func undone(_ row: Matrix) -> Matrix {
    var sums = [Double](repeating: 0, count: inputDimension)
    for output in 0..<outputDimension {
      let axis = matrix[row: output]
      let length = axis.reduce(0) { $0 + Double($1) * Double($1) }
      guard length > 0 else { continue }
      let weight = Double(row[0, output] - (bias?[output] ?? 0)) / length
      for (input, value) in axis.enumerated() { sums[input] += weight * Double(value) }
    }
    return Matrix(rows: 1, columns: inputDimension, values: sums.map { Float($0) })
  }
}
