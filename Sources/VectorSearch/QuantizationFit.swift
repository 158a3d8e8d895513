public import Tensors

/// How well a quantizer suits some vectors: what is measured when it is trained, and again when others come.
public struct QuantizationFit: Sendable, Equatable, Codable {
  /// Mean squared distance of a vector from what stands for it: its code or, where vectors are stored whole, its list's centroid.
  public var error: Double
  /// Lists times the sum of the squared shares of the vectors in them: 1 where all lists are equally long, and what a search of one
  /// list costs beside that; nil without lists. As Faiss' imbalance factor, without the part that only a small sample makes.
  public var imbalance: Double?

  public init(error: Double, imbalance: Double? = nil) {
    self.error = error
    self.imbalance = imbalance
  }

  /// How much worse than a baseline this is, as a share of it: the larger of the two figures' growths, at least 0.
  public func drift(from baseline: QuantizationFit) -> Double {
    func growth(_ now: Double, _ then: Double) -> Double {
      // Below a millionth of a vector of unit length there is nothing to lose.
      now <= 1e-6 ? 0 : then > 0 ? max(0, now / then - 1) : .infinity
    }
    let balance = imbalance.flatMap { now in baseline.imbalance.map { growth(now, $0) } }
    return max(growth(error, baseline.error), balance ?? 0)
  }
}

extension TrainedQuantizer {
  /// Measures how well this suits a sample of at least one vector.
  ///
  /// - Throws: `SearchError` for vectors of another dimension, or a value that is NaN or infinite.
  public func fit(to sample: Matrix, threads: Int) throws -> QuantizationFit {
    let checked = try sample.checked(dimension: dimension, what: "the sample's vectors")
    var sizes = [Int](repeating: 0, count: coarse?.lists ?? 0)
    var sum = 0.0
    for start in stride(from: 0, to: checked.rows, by: Self.fitBlock) {
      let block = checked[rows: start..<min(start + Self.fitBlock, checked.rows)]
      sum += squaredError(of: block, counting: &sizes, threads: threads)
    }
    return QuantizationFit(error: sum / Double(max(1, checked.rows)), imbalance: Self.imbalance(sizes))
  }

  /// Rows measured at a time, so that what is made of them on the way stays small beside a sample.
  private static let fitBlock = 16_384

  /// The squared error of all vectors together; counts the lists that they fall into.
  private func squaredError(of vectors: Matrix, counting sizes: inout [Int], threads: Int) -> Double {
    var points = transforms.applied(to: vectors, threads: threads)
    points = rotation?.applied(to: points, threads: threads) ?? points
    var error = 0.0
    if let coarse {
      let lists = coarse.assigned(points, metric: metric, threads: threads)
      for list in lists { sizes[Int(list)] += 1 }
      let residuals = coarse.residuals(points, lists: lists)
      error = residuals.squaredError(to: Matrix(rows: points.rows, columns: points.columns))
      if coarse.byResidual { points = residuals }
    }
    guard case .product(let quantizer, _) = code else { return error }
    return quantizer.error(on: points, threads: threads) * Double(points.rows)
  }

  /// Σ n(n−1) / N(N−1) has the sum of squared shares as its mean at any N.
  private static func imbalance(_ sizes: [Int]) -> Double? {
    let count = sizes.reduce(0, +)
    guard count > 1 else { return nil }
    let pairs = sizes.reduce(0.0) { $0 + Double($1) * Double($1 - 1) }
    return Double(sizes.count) * pairs / (Double(count) * Double(count - 1))
  }

  /// Whether training decides anything: all but vectors stored whole in one list.
  public var isTrained: Bool { coarse != nil || rotation != nil || code != .flat || refinement.map { $0 != .flat } ?? false }
}
