public import Tensors

/// A step that vectors and queries go through before they are indexed.
public enum VectorTransform: Sendable, Equatable {
  case linear(LinearTransform)
  /// Scaling to unit length; a vector of zeros stays.
  case l2

  /// The dimension that comes out for one that goes in.
  ///
  /// - Throws: `SearchError` if the step takes another dimension.
  public func outputDimension(for input: Int) throws -> Int {
    switch self {
    case .l2: return input
    case .linear(let map):
      guard map.inputDimension == input else {
        throw SearchError(
          .dimension, "a transform of \(map.inputDimension) values cannot take vectors of \(input)")
      }
      return map.outputDimension
    }
  }

  /// Every row after this step.
  public func applied(to vectors: Matrix, threads: Int) -> Matrix {
    switch self {
    case .linear(let map): map.applied(to: vectors, threads: threads)
    case .l2: vectors.scaledToUnitLength()
    }
  }
}

extension [VectorTransform] {
  /// Every row after all steps, in order.
  public func applied(to vectors: Matrix, threads: Int) -> Matrix {
    reduce(vectors) { $1.applied(to: $0, threads: threads) }
  }

  /// The dimension after all steps.
  public func outputDimension(for input: Int) throws -> Int {
    try reduce(input) { try $1.outputDimension(for: $0) }
  }
}

extension Matrix {
  /// Every row divided by its Euclidean norm; the sum of squares is taken in double precision.
  public func scaledToUnitLength() -> Matrix {
    mappingRows { row in
      var sum = 0.0
      for value in row { sum += Double(value) * Double(value) }
      guard sum > 0 else { return }
      let factor = Float(1 / sum.squareRoot())
      for i in row.indices { row[i] *= factor }
    }
  }
}
