import FoundationEssentials
package import Pipelines

/// What a figure must be for an index to pass.
package struct Requirement: Sendable, Equatable {
  package enum Comparison: String, CaseIterable, Sendable { case atLeast = ">=", atMost = "<=", above = ">", below = "<" }

  package var figure: String
  package var comparison: Comparison
  package var threshold: Double

  /// Whether it is about time, which is never the same twice.
  var isOfTime: Bool { figure.hasPrefix("latency_") }

  /// Figures that may be required, and whether more of each is better.
  package static let known: [(name: String, moreIsBetter: Bool)] =
    [1, 10, 100].map { ("R@\($0)", true) } + [1, 10, 100].map { ("recall@\($0)", true) }
    + [1, 10, 100].map { ("\($0)-recall@\($0)", true) }
    + [("bytes_per_vector", false)] + ["mean", "p50", "p95", "p99"].map { ("latency_\($0)_ms", false) }

  /// - Parameter condition: a number, which more-is-better figures must reach and the others may not exceed; or a text such as ">= 0.8".
  package init(figure: String, condition: OptionValue) throws {
    guard let known = Self.known.first(where: { $0.name == figure }) else {
      throw StageFault(option: nil, "is no figure; known are \(Self.known.map(\.name).joined(separator: ", "))")
    }
    self.figure = figure
    if let number = condition.number {
      (comparison, threshold) = (known.moreIsBetter ? .atLeast : .atMost, number)
      return
    }
    let text = condition.text ?? ""
    guard let comparison = Comparison.allCases.first(where: { text.hasPrefix($0.rawValue) }),
      let threshold = Double(text.dropFirst(comparison.rawValue.count).filter { $0 != " " }), threshold.isFinite
    else { throw StageFault(option: nil, "expected a number or a condition such as \">= 0.8\", found \"\(text)\"") }
    self.comparison = comparison
    self.threshold = threshold
  }

  package func outcome(_ figures: [String: Double]) -> RequirementOutcome {
    // recall@k is the share of the k true neighbours among the first k answers, whose long name is k-recall@k.
    let name = figure.hasPrefix("recall@") ? "\(figure.dropFirst(7))-\(figure)" : figure
    let value = figures[name]
    return RequirementOutcome(
      figure: figure, threshold: "\(comparison.rawValue) \(threshold)", value: value,
      isMet: value.map { holds($0) } ?? false)
  }

  private func holds(_ value: Double) -> Bool {
    switch comparison {
    case .atLeast: value >= threshold
    case .atMost: value <= threshold
    case .above: value > threshold
    case .below: value < threshold
    }
  }
}

/// A requirement held against the figure that was measured.
package struct RequirementOutcome: Sendable, Codable {
  package var figure: String
  package var threshold: String
  /// Nil where the figure was not measured.
  package var value: Double?
  package var isMet: Bool

  package var sentence: String {
    let measured = value.map { String((($0 * 10000).rounded()) / 10000) } ?? "not measured"
    return "\(figure) is \(measured), required \(threshold): \(isMet ? "met" : "not met")"
  }
}

/// An index is not good enough: exit 4, and nothing that depends on it is published.
public struct QualityGateNotMet: Error, CustomStringConvertible {
  let outcomes: [RequirementOutcome]

  public var description: String {
    "the quality gate is not met: " + outcomes.map(\.sentence).joined(separator: "; ")
  }
}
