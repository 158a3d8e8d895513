public import Tensors

/// How well fitted transforms suit some vectors: two figures for each linear one, in order.
public struct TransformFit: Sendable, Equatable, Codable {
  /// Squared length of the mean of what comes out, over its mean squared length: 0 where the transform centres these vectors.
  public var offsets: [Double] = []
  /// Mean squared length of what comes out over that of what goes in: how much of the vectors the transform keeps.
  public var energies: [Double] = []

  /// Measures a chain of transforms on a sample.
  public init(of chain: [VectorTransform], on sample: Matrix, threads: Int) {
    var current = sample
    for step in chain {
      let out = step.applied(to: current, threads: threads)
      if case .linear = step {
        let (before, after) = (current.meanSquare, out.meanSquare)
        let mean = out.rows == 0 ? 0 : out.columnMeans.reduce(0) { $0 + $1 * $1 }
        offsets.append(after > 0 ? mean / after : 0)
        energies.append(before > 0 ? after / before : 0)
      }
      current = out
    }
  }

  /// The largest change of a figure since a baseline: of an offset as it is, of an energy as a share of itself.
  public func drift(from baseline: TransformFit) -> Double {
    guard offsets.count == baseline.offsets.count, energies.count == baseline.energies.count else { return .infinity }
    let moved = zip(offsets, baseline.offsets).map { max(0, $0 - $1) }
    let grown = zip(energies, baseline.energies).map { now, then in
      now == then ? 0 : then > 0 ? abs(now / then - 1) : .infinity
    }
    return (moved + grown).max() ?? 0
  }
}

extension Matrix {
  /// Mean over the rows of the sum of squares of their values.
  fileprivate var meanSquare: Double {
    rows == 0 ? 0 : squaredError(to: Matrix(rows: rows, columns: columns)) / Double(rows)
  }
}
