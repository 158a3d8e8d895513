public import Tensors

/// The principal components of a sample: the axes of largest variance, and how much of it lies along them.
public struct PrincipalComponents: Sendable, Equatable {
  public let mean: [Float]
  /// Variances along the axes, largest first.
  public let eigenvalues: [Float]
  /// Unit axes as rows, in the order of the eigenvalues.
  public let axes: Matrix
  /// Outputs are multiplied by (variance + epsilon) to this power: 0 for plain, -0.5 for whitened components.
  public var eigenPower: Float = 0
  public var epsilon: Float = 0

  public init(
    mean: [Float], eigenvalues: [Float], axes: Matrix, eigenPower: Float = 0, epsilon: Float = 0
  ) {
    self.mean = mean
    self.eigenvalues = eigenvalues
    self.axes = axes
    self.eigenPower = eigenPower
    self.epsilon = epsilon
  }

  /// Finds the components of a sample.
  ///
  /// The covariance and its eigenvectors are computed in double precision. An axis points so that its value of largest
  /// magnitude is positive, the first of them among equals, so that the result is unique.
  ///
  /// - Throws: `SearchError` if the sample is empty or holds values that are no finite numbers.
  public init(of sample: Matrix, threads: Int) throws {
    let sample = try sample.checked(dimension: sample.columns, what: "the sample's vectors")
    guard sample.rows > 0, sample.columns > 0 else {
      throw SearchError(.tooFewVectors, "principal components need at least one vector")
    }
    let means = sample.columnMeans
    let covariance = SquareMatrix.covariance(of: sample, means: means, threads: threads)
    let eigen = try covariance.eigenvectors()
    let descending = Array(eigen.values.indices.reversed())
    mean = means.map(Float.init)
    eigenvalues = descending.map { Float(max(0, eigen.values[$0])) }
    axes = Matrix(
      rows: sample.columns, columns: sample.columns,
      values: descending.flatMap { Self.oriented(eigen.vectors[row: $0]).map(Float.init) })
  }

  static func oriented(_ axis: [Double]) -> [Double] {
    var largest = 0.0
    for value in axis where abs(value) > abs(largest) { largest = value }
    return largest < 0 ? axis.map { -$0 } : axis
  }
}

extension LinearTransform {
  /// The map to the first `dimensions` principal components.
  ///
  /// - Parameter epsilon: added to every variance before whitening divides by its root; it keeps directions of
  ///   almost no variance from being blown up.
  public init(
    _ components: PrincipalComponents, dimensions: Int, whiten: Bool = false, epsilon: Float = 0
  ) throws {
    let d = components.mean.count
    guard (1...max(1, d)).contains(dimensions) else {
      throw SearchError(.dimension, "\(dimensions) principal components of \(d) values: take 1 to \(d)")
    }
    var components = components
    components.eigenPower = whiten ? -0.5 : 0
    components.epsilon = epsilon
    var map = components.axes[rows: 0..<dimensions]
    if whiten {
      for row in 0..<dimensions {
        let variance = Double(components.eigenvalues[row]) + Double(epsilon)
        let factor = variance > 0 ? Float(1 / variance.squareRoot()) : 0
        for column in 0..<d { map[row, column] *= factor }
      }
    }
    let bias = (0..<dimensions).map { row in
      var sum = 0.0
      for column in 0..<d { sum -= Double(map[row, column]) * Double(components.mean[column]) }
      return Float(sum)
    }
    try self.init(matrix: map, bias: bias, principal: components)
  }
}
