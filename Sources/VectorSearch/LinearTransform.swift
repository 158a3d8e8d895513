public import Tensors

/// An affine map of vectors, y = A x + b: centring, principal components, an OPQ rotation.
public struct LinearTransform: Sendable, Equatable {
  /// A, of shape output × input.
  public let matrix: Matrix
  /// b, one value an output; nil for none.
  public let bias: [Float]?
  /// What the map was made from, if it is a principal component analysis.
  public let principal: PrincipalComponents?
  private let panels: Panels
  private let isIdentity: Bool

  /// - Throws: `SearchError` if the bias has another length than the matrix has rows.
  public init(matrix: Matrix, bias: [Float]? = nil, principal: PrincipalComponents? = nil) throws {
    if let bias, bias.count != matrix.rows {
      throw SearchError(.mismatch, "a bias of \(bias.count) values for \(matrix.rows) outputs")
    }
    self.matrix = matrix
    self.bias = bias
    self.principal = principal
    // The kernel subtracts products from the bias: panels of -A make it add them.
    panels = Panels(matrix, scale: -1)
    isIdentity =
      matrix.rows == matrix.columns
      && matrix.values.indices.allSatisfy {
        matrix.values[$0] == ($0 % (matrix.columns + 1) == 0 ? 1 : 0)
      }
  }

  public var inputDimension: Int { matrix.columns }
  public var outputDimension: Int { matrix.rows }

  /// Every row mapped; the same bits at any number of threads and on any CPU.
  public func applied(to vectors: Matrix, threads: Int) -> Matrix {
    if isIdentity {
      guard let bias else { return vectors }
      return vectors.mappingRows { row in for i in row.indices { row[i] += bias[i] } }
    }
    var padded = bias
    padded?.append(contentsOf: repeatElement(0, count: (16 - matrix.rows % 16) % 16))
    return panels.scores(vectors, bias: padded, threads: threads)
  }
}

extension LinearTransform {
  /// The map that moves the mean of a sample to the origin.
  public static func centering(of sample: Matrix) throws -> LinearTransform {
    var identity = Matrix(rows: sample.columns, columns: sample.columns)
    for i in 0..<sample.columns { identity[i, i] = 1 }
    return try LinearTransform(matrix: identity, bias: sample.columnMeans.map { Float(-$0) })
  }
}
