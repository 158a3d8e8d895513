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
    var points = transforms.applied(to: checked, threads: threads)
    points = rotation?.applied(to: points, threads: threads) ?? points
    var imbalance: Double?
    var error = 0.0
    if let coarse, points.rows > 0 {
      let lists = coarse.assigned(points, metric: metric, threads: threads)
      imbalance = Self.imbalance(lists, of: coarse.lists)
      let residuals = coarse.residuals(points, lists: lists)
      error = residuals.squaredError(to: Matrix(rows: points.rows, columns: points.columns)) / Double(points.rows)
      if coarse.byResidual { points = residuals }
    }
    if case .product(let quantizer, _) = code { error = quantizer.error(on: points, threads: threads) }
    return QuantizationFit(error: error, imbalance: imbalance)
  }

  /// Σ n(n−1) / N(N−1) has the sum of squared shares as its mean at any N.
  private static func imbalance(_ assigned: [UInt32], of lists: Int) -> Double? {
    guard assigned.count > 1 else { return nil }
    var counts = [Int](repeating: 0, count: lists)
    for list in assigned { counts[Int(list)] += 1 }
    let pairs = counts.reduce(0.0) { $0 + Double($1) * Double($1 - 1) }
    return Double(lists) * pairs / (Double(assigned.count) * Double(assigned.count - 1))
  }

  /// Whether training decides anything: all but vectors stored whole in one list.
  public var isTrained: Bool { coarse != nil || rotation != nil || code != .flat || refinement.map { $0 != .flat } ?? false }
}
