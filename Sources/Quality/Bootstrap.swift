import Tensors

/// Confidence intervals by drawing queries again and again from those that were asked.
///
/// The percentile bootstrap of B. Efron, "Bootstrap Methods: Another Look at the Jackknife" (1979), paired as in P. Koehn,
/// "Statistical Significance Tests for Machine Translation Evaluation" (2004): both systems are measured on the same draw of queries,
/// so that what makes a query hard for both does not blur their difference. Seeded: the same values give the same interval.
public struct Bootstrap: Sendable {
  /// What is computed of a draw.
  public enum Statistic: Sendable, Hashable {
    case mean
    /// The value at this share of the sorted ones, as `percentile(_:)` takes it.
    case quantile(Double)
  }

  public var seed: UInt64
  public var resamples: Int
  /// The share of draws that the interval holds.
  public var confidence: Double

  public init(seed: UInt64 = 1, resamples: Int = 1000, confidence: Double = 0.95) {
    self.seed = seed
    self.resamples = resamples
    self.confidence = confidence
  }

  /// Queries drawn for a resample at most. Of more than that so many are drawn, and the interval is narrowed by the root of what was
  /// left out, as the spread of a mean shrinks.
  static let mostDrawn = 20_000

  /// Of one list of values.
  public func interval(_ values: [Double], _ statistic: Statistic = .mean) -> ClosedRange<Double>? {
    interval([values], statistic) { $0[0] }
  }

  /// Of a figure made from the statistics of several lists, which have a value for each query in the same order.
  ///
  /// - Parameter combine: takes the statistic of each list; nil where it is none.
  /// - Returns: nil without queries, or where no draw gives a number.
  public func interval(
    _ lists: [[Double]], _ statistic: Statistic = .mean, combine: ([Double]) -> Double?
  ) -> ClosedRange<Double>? {
    guard let count = lists.first?.count, count > 0, lists.allSatisfy({ $0.count == count }) else { return nil }
    let size = min(count, Self.mostDrawn)
    var random = SeededRandom(seed: seed)
    var found: [Double] = []
    found.reserveCapacity(resamples)
    var draw = [Int](repeating: 0, count: size)
    for _ in 0..<resamples {
      for place in draw.indices { draw[place] = random.below(count) }
      if let value = combine(lists.map { Self.value(of: $0, at: draw, statistic) }) { found.append(value) }
    }
    guard !found.isEmpty else { return nil }
    found.sort()
    let tail = (1 - confidence) / 2
    // Fewer draws than queries spread wider by the root of their ratio.
    return Self.narrowed(Self.quantile(found, tail)...Self.quantile(found, 1 - tail), by: Double(size) / Double(count))
  }

  private static func narrowed(_ range: ClosedRange<Double>, by share: Double) -> ClosedRange<Double> {
    guard share < 1 else { return range }
    let middle = (range.lowerBound + range.upperBound) / 2
    let half = (range.upperBound - range.lowerBound) / 2 * share.squareRoot()
    return middle - half...middle + half
  }

  private static func value(of values: [Double], at places: [Int], _ statistic: Statistic) -> Double {
    switch statistic {
    case .mean: return places.reduce(0) { $0 + values[$1] } / Double(places.count)
    case .quantile(let share): return percentile(places.map { values[$0] }.sorted(), share)
    }
  }

  /// Between the two nearest of sorted values, linearly, as numpy's `quantile` does.
  static func quantile(_ sorted: [Double], _ share: Double) -> Double {
    let place = share * Double(sorted.count - 1)
    let low = Int(place)
    let high = min(low + 1, sorted.count - 1)
    return sorted[low] + (sorted[high] - sorted[low]) * (place - Double(low))
  }

  /// The value that this share of the sorted ones does not exceed: one that was measured, never one between two.
  public static func percentile(_ sorted: [Double], _ share: Double) -> Double {
    sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))]
  }

  /// The statistic of all values; nil of none.
  public static func statistic(_ values: [Double], _ statistic: Statistic) -> Double? {
    guard !values.isEmpty else { return nil }
    switch statistic {
    case .mean: return values.reduce(0, +) / Double(values.count)
    case .quantile(let share): return percentile(values.sorted(), share)
    }
  }
}
