package import Tensors

/// The leading right singular vectors of a sparse matrix, by randomized subspace iteration.
///
/// Halko, Martinsson, Tropp, "Finding structure with randomness", 2011, algorithm 4.4, followed by Rayleigh and Ritz. The subspace
/// is kept on the side of the rows, of which a sample has few; the side of the columns is made in blocks and thrown away.
///
/// - Complexity: O(entries × subspace × iterations) and O(rows × subspace² × iterations); memory rows × subspace doubles, and
///   `blockWidth` × columns doubles a task.
package struct RandomizedSVD: Sendable {
  /// Vectors wanted.
  var rank: Int
  /// Vectors carried beside those: they make the last wanted ones exact.
  var oversampling = 32
  var iterations = 8
  var seed: UInt64
  /// Tasks at a time; the result does not depend on it.
  var width: Int

  package init(rank: Int, seed: UInt64, width: Int) {
    self.rank = rank
    self.seed = seed
    self.width = width
  }

  static let blockWidth = 32
  /// What falls below this part of the largest eigenvalue is nothing.
  static let negligible = 1e-12

  package struct Result: Sendable {
    /// columns × rank: in each column a singular vector, its largest value positive; zeros where the matrix has a lower rank.
    package var vectors: Matrix
    package var singularValues: [Double]
  }

  /// - Throws: `CancellationError`
  package func callAsFunction(_ matrix: SparseMatrix) async throws -> Result {
    let subspace = min(rank + oversampling, matrix.rows)
    var basis = DoubleMatrix(signsOf: seed, rows: matrix.rows, columns: subspace)
    for _ in 0..<iterations {
      basis = try await orthonormal(try await applied(matrix, to: basis))
    }
    let image = try await applied(matrix, to: basis)
    let small = try await crossProduct(basis, image)
    let (eigenvalues, eigenvectors) = symmetric(small).symmetricEigen()
    let left = try await leftVectors(basis, eigenvalues, eigenvectors)
    let blocks = try await ParallelBlocks.map(count: rank, size: Self.blockWidth, width: width) {
      signed(matrix.transposedTimes(left[columns: $0]))
    }
    let vectors = DoubleMatrix(beside: blocks, rows: matrix.columns)
    return Result(
      vectors: Matrix(rows: matrix.columns, columns: rank, values: vectors.values.map(Float.init)),
      singularValues: (0..<rank).map { $0 < subspace ? max(eigenvalues[$0], 0).squareRoot() : 0 })
  }

  /// matrix · transpose(matrix) · dense
  private func applied(_ matrix: SparseMatrix, to dense: DoubleMatrix) async throws -> DoubleMatrix {
    let blocks = try await ParallelBlocks.map(count: dense.columns, size: Self.blockWidth, width: width) {
      matrix.times(matrix.transposedTimes(dense[columns: $0]))
    }
    return DoubleMatrix(beside: blocks, rows: dense.rows)
  }

  /// transpose(left) · right
  private func crossProduct(_ left: DoubleMatrix, _ right: DoubleMatrix) async throws -> DoubleMatrix {
    let blocks = try await ParallelBlocks.map(count: left.columns, size: Self.blockWidth, width: width) {
      left.crossProduct(columns: $0, with: right)
    }
    return DoubleMatrix(stacking: blocks, columns: right.columns)
  }

  /// An orthonormal basis of the columns, by Cholesky QR done twice (Yamamoto et al., 2015).
  private func orthonormal(_ matrix: DoubleMatrix) async throws -> DoubleMatrix {
    var basis = matrix
    for _ in 0..<2 {
      let triangle = try await crossProduct(basis, basis).choleskyTriangle(negligible: Self.negligible)
      let dividend = basis
      let blocks = try await ParallelBlocks.map(count: basis.rows, size: 1024, width: width) {
        dividend[rows: $0].dividedOnTheRight(by: triangle)
      }
      basis = DoubleMatrix(stacking: blocks, columns: basis.columns)
    }
    return basis
  }

  /// The left singular vectors over their singular values: transpose(matrix) takes them to the right ones.
  private func leftVectors(
    _ basis: DoubleMatrix, _ eigenvalues: [Double], _ eigenvectors: DoubleMatrix
  ) async throws -> DoubleMatrix {
    var factors = DoubleMatrix(rows: basis.columns, columns: rank)
    for vector in 0..<min(rank, basis.columns)
    where eigenvalues[vector] > Self.negligible * max(eigenvalues[0], 0) {
      let scale = 1 / eigenvalues[vector].squareRoot()
      for row in 0..<basis.columns {
        factors.values[row * rank + vector] = eigenvectors.values[vector * basis.columns + row] * scale
      }
    }
    let scaled = factors
    let blocks = try await ParallelBlocks.map(count: basis.rows, size: 1024, width: width) {
      basis[rows: $0].times(scaled)
    }
    return DoubleMatrix(stacking: blocks, columns: rank)
  }

  private func symmetric(_ matrix: DoubleMatrix) -> DoubleMatrix {
    var symmetric = matrix
    for row in 0..<matrix.rows {
      for column in 0..<matrix.columns {
        symmetric.values[row * matrix.columns + column] =
          (matrix.values[row * matrix.columns + column] + matrix.values[column * matrix.columns + row]) / 2
      }
    }
    return symmetric
  }
}

/// Turns each column so that its value of the largest magnitude is positive: a singular vector's sign is free otherwise.
private func signed(_ matrix: DoubleMatrix) -> DoubleMatrix {
  var largest = [Double](repeating: 0, count: matrix.columns)
  for row in 0..<matrix.rows {
    for column in 0..<matrix.columns {
      let value = matrix.values[row * matrix.columns + column]
      if value.magnitude > largest[column].magnitude { largest[column] = value }
    }
  }
  var turned = matrix
  for place in turned.values.indices where largest[place % matrix.columns] < 0 { turned.values[place].negate() }
  return turned
}
