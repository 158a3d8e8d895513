import Quality
import Tensors
import Testing

/// Statistics against values computed by scipy 1.17.1 and numpy, or by hand.
@Suite struct StatisticsTests {
  /// 200 values, and a system that is almost as good on each.
  static let own = (0..<200).map { Double($0 * 7919 % 101) / 100 }
  static let other = own.enumerated().map { $1 * 0.9 + Double($0 * 31 % 7) / 70 }

  /// scipy.stats.bootstrap(…, method='percentile', n_resamples=20000): (0.4612, 0.5414) and, of the differences, (0.00179, 0.01297).
  @Test func intervalsAreThoseOfSciPy() throws {
    let bootstrap = Bootstrap(seed: 3, resamples: 4000)
    let plain = try #require(bootstrap.interval(Self.own))
    #expect(abs(plain.lowerBound - 0.4612) < 0.004 && abs(plain.upperBound - 0.5414) < 0.004, "\(plain)")
    let paired = try #require(bootstrap.interval([Self.own, Self.other]) { $0[0] - $0[1] })
    #expect(abs(paired.lowerBound - 0.00179) < 0.0008 && abs(paired.upperBound - 0.01297) < 0.0008, "\(paired)")
    // Not paired, the difference would drown: the interval of the difference is a seventh as wide as that of either.
    #expect((paired.upperBound - paired.lowerBound) * 5 < plain.upperBound - plain.lowerBound)
    // scipy: the median's is (0.43, 0.57).
    let median = try #require(bootstrap.interval(Self.own, .quantile(0.5)))
    #expect(abs(median.lowerBound - 0.43) < 0.021 && abs(median.upperBound - 0.57) < 0.021, "\(median)")
  }

  @Test func intervalsAreSeeded() {
    #expect(Bootstrap(seed: 3).interval(Self.own) == Bootstrap(seed: 3).interval(Self.own))
    #expect(Bootstrap(seed: 3).interval(Self.own) != Bootstrap(seed: 4).interval(Self.own))
  }

  /// By hand: the mean of two draws of {0, 1} is 0, ½, 1 with ¼, ½, ¼, so that 40 % lie at ½ and 95 % reach from 0 to 1.
  @Test func smallSamples() {
    #expect(Bootstrap().interval([0, 1]) == 0...1)
    #expect(Bootstrap(confidence: 0.4).interval([0, 1]) == 0.5...0.5)
    #expect(Bootstrap().interval([0.25]) == 0.25...0.25)
    #expect(Bootstrap().interval([]) == nil)
    #expect(Bootstrap().interval([[1, 2], [1]]) { $0[0] } == nil)
    #expect(Bootstrap().interval([[1, 2]]) { _ in nil } == nil)
  }

  /// Of 60,000 values 20,000 are drawn; the interval is that of the mean of all: 1.96 σ/√n.
  @Test func largeSamples() throws {
    let values = (0..<60_000).map { Double($0 % 2) }
    let interval = try #require(Bootstrap(seed: 5, resamples: 400).interval(values))
    let wanted = 2 * 1.96 * 0.5 / 60_000.0.squareRoot()
    #expect(abs((interval.upperBound - interval.lowerBound) - wanted) < wanted * 0.2, "\(interval)")
  }

  @Test func percentilesAreMeasuredValues() {
    let values = (1...100).map(Double.init)
    #expect(
      Bootstrap.percentile(values, 0.5) == 51 && Bootstrap.percentile(values, 0.99) == 100 && Bootstrap.percentile([7], 0.99) == 7
    )
    #expect(Bootstrap.statistic([3, 1, 2], .mean) == 2 && Bootstrap.statistic([], .mean) == nil)
  }

  /// Expected values from the formula of Webber et al., eq. 23, in numpy.
  @Test func rankBiasedOverlap() {
    let cases: [([Int64], [Int64], Int, Double)] = [
      ([1, 2, 3, 4, 5], [1, 2, 3, 4, 5], 5, 1), ([1, 2, 3, 4, 5], [2, 1, 3, 5, 4], 5, 0.881775), ([1, 2, 3], [4, 5, 6], 3, 0),
      ([1, 2, 3, 4], [4, 3, 2, 1], 4, 0.783),
      ([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [1, 3, 2, 11, 5, 12, 4, 8, 13, 9], 10, 0.7462534952285713),
      ([1, 2, -1, -1], [1, 2, 3, 4], 4, 1), ([-1], [-1], 5, 1), ([-1], [1], 5, 0),
    ]
    for (one, other, k, wanted) in cases {
      #expect(abs(RankOverlap.biased(one, other, depth: k) - wanted) < 1e-12, "\(one) \(other)")
      #expect(RankOverlap.biased(one, other, depth: k) == RankOverlap.biased(other, one, depth: k))
    }
    #expect(RankOverlap.jaccard([1, 2, 3, 4] as [Int64], [3, 4, 5, 6], depth: 4) == 1.0 / 3)
    #expect(RankOverlap.jaccard([1, 2, 3, 4] as [Int64], [3, 4, 5, 6], depth: 2) == 0)
    #expect(RankOverlap.jaccard([-1] as [Int64], [-1], depth: 2) == 1)
  }

  /// By hand: right at ranks 1, 3 and 4, four to be found: (1 + 2/3 + 3/4) / 4.
  @Test func averagePrecision() {
    let right = [true, false, true, true, false]
    #expect(abs(LabelRanking.averagePrecision(right, depth: 5, relevant: 4)! - 0.6041666666666666) < 1e-15)
    #expect(LabelRanking.averagePrecision(right, depth: 1, relevant: 4) == 1)
    #expect(LabelRanking.averagePrecision(right, depth: 2, relevant: 1) == 1)
    #expect(LabelRanking.averagePrecision(right, depth: 5, relevant: 0) == nil)
    #expect(LabelRanking.averagePrecision([], depth: 5, relevant: 3) == 0)
    #expect(
      LabelRanking.isFound([false, true], depth: 1, relevant: 2) == 0
        && LabelRanking.isFound([false, true], depth: 2, relevant: 2) == 1)
    #expect(LabelRanking.isFound([false, true], depth: 1, relevant: 0) == nil)
  }
}
