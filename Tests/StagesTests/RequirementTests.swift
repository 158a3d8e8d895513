import Pipelines
import Stages
import Testing

@Suite struct RequirementTests {
  static let right: [(String, OptionValue, Requirement.Comparison, Double)] = [
    ("recall@10", .number(0.8), .atLeast, 0.8), ("R@1", .integer(1), .atLeast, 1), ("10-recall@10", .text("> 0.5"), .above, 0.5),
    ("bytes_per_vector", .integer(40), .atMost, 40), ("bytes_per_vector", .text(">=40"), .atLeast, 40),
    ("latency_p99_ms", .number(5), .atMost, 5), ("latency_p50_ms", .text("< 5"), .below, 5), ("R@100", .text("<= 1e-1"), .atMost, 0.1),
  ]

  @Test func conditionsAreRead() throws {
    for (figure, condition, comparison, threshold) in Self.right {
      let requirement = try Requirement(figure: figure, condition: condition)
      #expect(requirement.comparison == comparison && requirement.threshold == threshold, "\(figure) \(condition)")
    }
  }

  @Test(arguments: ["", "0.8", "=> 1", "== 1", "> ", "> x", "about 1", ">= nan", ">= inf"])
  func othersAreRefused(_ text: String) {
    #expect(throws: StageFault.self) { try Requirement(figure: "R@1", condition: .text(text)) }
  }

  @Test func unknownFiguresAreRefused() {
    for name in ["R@5", "recall", "recall@1000", "latency", "r@1", ""] {
      #expect(throws: StageFault.self, "\(name)") { try Requirement(figure: name, condition: .number(1)) }
    }
  }

  /// At, below and above the threshold.
  static let outcomes: [(String, OptionValue, [Bool])] = [
    ("R@1", .number(0.5), [false, true, true]), ("R@1", .text("> 0.5"), [false, false, true]),
    ("R@1", .text("<= 0.5"), [true, true, false]), ("R@1", .text("< 0.5"), [true, false, false]),
    ("bytes_per_vector", .number(0.5), [true, true, false]), ("recall@1", .number(0.5), [false, true, true]),
  ]

  @Test func figuresAreHeldAgainstThem() throws {
    for (figure, condition, wanted) in Self.outcomes {
      let requirement = try Requirement(figure: figure, condition: condition)
      for (value, isMet) in zip([0.4, 0.5, 0.6], wanted) {
        let outcome = requirement.outcome(["R@1": value, "1-recall@1": value, "bytes_per_vector": value])
        #expect(outcome.isMet == isMet && outcome.value == value, "\(figure) \(condition) of \(value)")
        #expect(outcome.sentence.contains("\(value)") && outcome.sentence.contains("0.5"))
      }
      let missing = requirement.outcome([:])
      #expect(!missing.isMet && missing.sentence.contains("not measured"))
      #expect(!requirement.outcome(["R@1": .nan, "1-recall@1": .nan, "bytes_per_vector": .nan]).isMet)
    }
  }
}
