import Pipelines
import Quality

/// What an index has to keep to, held against what was measured.
struct IndexConstraints: Sendable, Codable, Equatable {
  /// The share of the 10 true neighbours among the first 10 answers, at least.
  var recall: Double?
  /// Bytes of the index's file, at most: about what a search holds in memory.
  var memory: Int?
  /// Milliseconds that the median query takes alone on one thread, at most.
  var latency: Double?

  enum CodingKeys: String, CodingKey {
    case recall = "recall@10"
    case latency = "latency_ms"
    case memory
  }

  static let specs = [
    OptionSpec(
      "recall@10", .number(0...1), default: .null, "The share of the 10 true neighbours among the first 10 answers, at least."),
    OptionSpec("memory", .size, default: .null, "Bytes of the index's file, at most, such as 64MiB."),
    OptionSpec("latency", .duration, default: .null, "What the median query takes, alone on one thread, at most, such as 2ms."),
  ]

  init(_ value: OptionValue) {
    recall = value["recall@10"]?.number
    memory = value["memory"]?.integer
    latency = value["latency"]?.number.map { $0 * 1000 }
  }

  /// What a trial should reach: a tenth of the way from what is asked to 1, because the index will hold other vectors, mostly more.
  var ampleRecall: Double { recall.map { $0 + (1 - $0) / 10 } ?? 1 }

  /// One outcome a constraint, in a fixed order.
  func outcomes(recall: Double, bytes: Int, milliseconds: Double) -> [Verdict] {
    [
      self.recall.map { outcome("recall@10", ">= \($0)", recall, isMet: recall >= $0) },
      memory.map { outcome("memory", "<= \($0)", Double(bytes), isMet: bytes <= $0) },
      latency.map { outcome("latency_ms", "<= \($0)", milliseconds, isMet: milliseconds <= $0) },
    ].compactMap { $0 }
  }

  private func outcome(_ figure: String, _ threshold: String, _ value: Double, isMet: Bool) -> Verdict {
    Verdict(figure: figure, threshold: threshold, value: value, outcome: isMet ? .met : .missed)
  }
}

/// What an index stage finds out by measuring.
struct IndexTuning: Sendable {
  var constraints: IndexConstraints
  /// Whether the lists to visit are not given.
  var findsProbes: Bool
  /// Vectors that trials of types search among.
  var trialVectors: Int

  /// Of `count` vectors, how many are queries: the same ones for trials and for the index itself.
  static func queries(of count: Int) -> Int { max(1, min(200, count / 10)) }
  static let querySeed: UInt64 = 1
}

/// No index of those tried keeps to the constraints: exit 4.
public struct ConstraintsNotMet: Error, CustomStringConvertible {
  /// The best of what was found.
  let best: String
  let outcomes: [Verdict]
  let advice: String

  public var description: String {
    "the constraints are not met; the best found is \(best): " + outcomes.map(\.sentence).joined(separator: "; ") + "; " + advice
  }
}
