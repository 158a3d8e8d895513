extension OptionSpec.Shape {
  /// What a value must be, as a message says it: "expected a whole number from 1 to 64".
  var expectation: String {
    switch self {
    case .bool: "true or false"
    case .integer(let range): "a whole number" + Self.bounds(range, lowest: .min, highest: .max) { .integer($0) }
    case .number(let range):
      "a number"
        + Self.bounds(
          range, lowest: -.greatestFiniteMagnitude, highest: .greatestFiniteMagnitude
        ) { .number($0) }
    case .text: "a text"
    case .choice(let words): Self.alternatives(words)
    case .size: "a size such as 64MiB"
    case .shareOrCount: "a share such as 1% or a count"
    case .duration: "a duration such as 30s"
    case .stage: "the name of a stage"
    case .list(let element): "a list, each item \(element.expectation)"
    case .map(let specs): "a map of " + specs.map(\.name).joined(separator: ", ")
    case .dictionary(let element): "a map, each value \(element.expectation)"
    case .either(let shapes):
      Self.alternatives(
        shapes.flatMap { if case .choice(let words) = $0 { words } else { [$0.expectation] } })
    }
  }

  static func alternatives(_ words: [String]) -> String {
    guard words.count > 1 else { return words.first ?? "nothing" }
    return words.dropLast().joined(separator: ", ") + " or " + words[words.count - 1]
  }

  private static func bounds<Number: Comparable>(
    _ range: ClosedRange<Number>, lowest: Number, highest: Number, value: (Number) -> OptionValue
  ) -> String {
    let low = value(range.lowerBound).canonicalJSON
    let high = value(range.upperBound).canonicalJSON
    return switch (range.lowerBound > lowest, range.upperBound < highest) {
    case (true, true): " from \(low) to \(high)"
    case (true, false): ", at least \(low)"
    case (false, true): ", at most \(high)"
    case (false, false): ""
    }
  }

  /// The words that would fit, for the nearest spelling.
  func words(stages: [String]) -> [String] {
    switch self {
    case .bool: ["true", "false"]
    case .choice(let words): words
    case .stage: stages
    case .list(let element): element.words(stages: stages)
    case .either(let shapes): shapes.flatMap { $0.words(stages: stages) }
    default: []
    }
  }

  /// Whether a text fits, so that quotes would help.
  var takesText: Bool {
    switch self {
    case .text: true
    case .list(let element): element.takesText
    case .either(let shapes): shapes.contains(where: \.takesText)
    default: false
    }
  }
}
