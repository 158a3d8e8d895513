/// Reads conditions: `>= 0.9`, `<= champion * 1.1`, `<= 64MiB`, `>= champion - 1% and >= 0.8`.
///
///     condition  := comparison ("and" comparison)*
///     comparison := (">=" | "<=" | ">" | "<") sum
///     sum        := product (("+" | "-") product)*
///     product    := factor (("*" | "/") factor)*
///     factor     := number unit? | "champion" | "(" sum ")" | "-" factor
struct ConditionParser {
  private let figure: QualityFigure
  private let text: [Character]
  private var place = 0
  /// Brackets and signs within each other; more is no condition that anybody writes.
  private var depth = 0

  private init(_ figure: QualityFigure, _ text: String) {
    self.figure = figure
    self.text = Array(text)
  }

  static func parse(_ figure: QualityFigure, _ text: String) throws(ConditionFault) -> [Condition.Part] {
    guard text.utf8.count <= 500 else { throw ConditionFault("a condition has at most 500 characters", at: 0) }
    var parser = ConditionParser(figure, text)
    return try parser.condition()
  }

  private mutating func condition() throws(ConditionFault) -> [Condition.Part] {
    var parts = [try comparison()]
    while takeWord("and") { parts.append(try comparison()) }
    skipBlanks()
    if place < text.count { throw fault("expected + - * / or \"and\" or the end") }
    return parts
  }

  private mutating func comparison() throws(ConditionFault) -> Condition.Part {
    skipBlanks()
    for comparison in Condition.Comparison.allCases where take(comparison.rawValue) {
      return Condition.Part(comparison: comparison, bound: try sum())
    }
    throw fault("expected >= <= > or <")
  }

  private mutating func sum() throws(ConditionFault) -> Bound {
    var bound = try product()
    while true {
      if take("+") {
        bound = .sum(bound, try product())
      } else if take("-") {
        bound = .difference(bound, try product())
      } else {
        return bound
      }
    }
  }

  private mutating func product() throws(ConditionFault) -> Bound {
    var bound = try factor()
    while true {
      if take("*") {
        bound = .product(bound, try factor())
      } else if take("/") {
        bound = .quotient(bound, try factor())
      } else {
        return bound
      }
    }
  }

  private mutating func factor() throws(ConditionFault) -> Bound {
    skipBlanks()
    depth += 1
    defer { depth -= 1 }
    if depth > 20 { throw fault("too many brackets") }
    if take("-") { return .difference(.number(0), try factor()) }
    if take("(") {
      let inner = try sum()
      guard take(")") else { throw fault("expected )") }
      return inner
    }
    let start = place
    let word = takeLetters()
    if word == "champion" { return .champion }
    if !word.isEmpty {
      place = start
      let hint = NearestSpelling.of(word, in: ["champion"]).map { "; did you mean \($0)?" } ?? ""
      throw fault("expected a number or \"champion\"\(hint)")
    }
    return .number(try number())
  }

  private mutating func number() throws(ConditionFault) -> Double {
    let start = place
    while place < text.count, text[place].isASCII, text[place].isNumber || text[place] == "." { place += 1 }
    // 1e-3, but not the unit of 1e.
    if place < text.count, "eE".contains(text[place]) {
      var end = place + 1
      if end < text.count, "+-".contains(text[end]) { end += 1 }
      if end < text.count, text[end].isASCII, text[end].isNumber {
        while end < text.count, text[end].isASCII, text[end].isNumber { end += 1 }
        place = end
      }
    }
    guard let value = Double(String(text[start..<place])), value.isFinite else {
      place = start
      throw fault("expected a number or \"champion\"")
    }
    return value * (try unit())
  }

  /// The factor of a unit behind a number; 1 where none is written.
  private mutating func unit() throws(ConditionFault) -> Double {
    let start = place
    skipBlanks()
    let unitPlace = place
    var word = takeLetters()
    if word.isEmpty, take("%") { word = "%" }
    if word.isEmpty || word == "and" {
      place = start
      return 1
    }
    let factors = figure.unit.factors
    if let known = factors.first(where: { $0.name == word })
      ?? factors.first(where: { $0.name.lowercased() == word.lowercased() })
    {
      return known.factor
    }
    place = unitPlace
    let names = factors.map(\.name).joined(separator: ", ")
    throw fault("\(word) is no unit of \(figure.name)\(names.isEmpty ? "" : "; it has \(names)")")
  }

  // MARK: Characters

  private mutating func skipBlanks() { while place < text.count, text[place] == " " || text[place] == "\t" { place += 1 } }

  private mutating func take(_ token: String) -> Bool {
    skipBlanks()
    let token = Array(token)
    guard place + token.count <= text.count, Array(text[place..<place + token.count]) == token else { return false }
    place += token.count
    return true
  }

  private mutating func takeWord(_ word: String) -> Bool {
    skipBlanks()
    let start = place
    if takeLetters() == word { return true }
    place = start
    return false
  }

  private mutating func takeLetters() -> String {
    let start = place
    while place < text.count, text[place].isLetter || text[place] == "_" { place += 1 }
    return String(text[start..<place])
  }

  private func fault(_ expected: String) -> ConditionFault {
    let found = place < text.count ? "\"\(String(text[place...].prefix(12)))\"" : "the end"
    return ConditionFault("\(expected), found \(found)", at: place)
  }
}

/// What is wrong with a condition, and where.
public struct ConditionFault: Error, Sendable, Hashable, CustomStringConvertible {
  public let message: String
  /// Characters before the fault.
  public let offset: Int

  init(_ message: String, at offset: Int) {
    self.message = message
    self.offset = offset
  }

  public var description: String { "at character \(offset + 1): \(message)" }
}

extension Condition {
  /// Reads a condition on a figure.
  ///
  /// - Throws: `ConditionFault` with the place in the text.
  public init(figure: QualityFigure, text: String) throws(ConditionFault) {
    let parts = try ConditionParser.parse(figure, text)
    self.init(figure, text: text.split(separator: " ").joined(separator: " "), parts: parts)
  }
}
