extension YAMLReader {
  static let maximumDuplicates = DiagnosticCollector.limit
  /// Private-use characters, one for each duplicate, put over the first letter of its key.
  private static let markBase: UInt32 = 0xE000

  static func isDuplicateMark(_ scalar: Unicode.Scalar) -> Bool {
    (markBase..<markBase + UInt32(maximumDuplicates)).contains(scalar.value)
  }

  /// Reports the second of two equal keys; false where it cannot be found, so that reading has to end.
  mutating func report(duplicate maskedKey: String, first: SourceLocation) -> Bool {
    let key = Self.unmasked(maskedKey)
    let second = repetition(of: Array(key.unicodeScalars), after: first)
    collector.error(
      "the key \(SourceNode.quoted(key)) is there twice", at: second ?? first,
      hint: second == nil ? nil : "the first is in line \(first.line)")
    guard let second else { return false }
    duplicates.append(second)
    return true
  }

  func renamingDuplicates(in text: String.UnicodeScalarView) -> String {
    var renamed = String.UnicodeScalarView()
    var place = SourceLocation.start
    var previous: Unicode.Scalar = " "
    for scalar in text {
      let index = duplicates.firstIndex(of: place)
      let mark = index.flatMap { Unicode.Scalar(Self.markBase + UInt32($0)) }
      renamed.append(SourceText.isLineBreak(scalar) ? scalar : mark ?? scalar)
      if !SourceText.isLineBreak(scalar) {
        place.column += 1
      } else if !(scalar == "\n" && previous == "\r") {
        place = SourceLocation(line: place.line + 1, column: 1)
      }
      previous = scalar
    }
    return String(renamed)
  }

  /// Where the first letter of an equal key of the same map is: in the same column below, or in the same braces behind.
  private func repetition(of key: [Unicode.Scalar], after first: SourceLocation) -> SourceLocation? {
    guard !key.isEmpty else { return nil }
    if let place = repetitionInLine(of: key, after: first) { return place }
    let lines = collector.source.lines
    for line in first.line..<lines.count {
      let indent = lines[line].prefix { $0 == " " }.count
      let isBlank = indent == lines[line].count || lines[line][indent] == "#"
      if isBlank { continue }
      if indent < first.column - 1 { return nil }
      let place = SourceLocation(line: line + 1, column: first.column)
      if indent == first.column - 1, let letter = letter(of: key, at: place) { return letter }
    }
    return nil
  }

  private func repetitionInLine(of key: [Unicode.Scalar], after first: SourceLocation) -> SourceLocation? {
    let line = collector.source.lines[first.line - 1]
    var depth = 0
    for index in (first.column - 1)..<line.count {
      switch line[index] {
      case "{", "[": depth += 1
      case "}", "]": depth -= 1
      case ",", " ":
        let place = SourceLocation(line: first.line, column: index + 2)
        if depth == 0, let letter = letter(of: key, at: place) { return letter }
      default: break
      }
      if depth < 0 { return nil }
    }
    return nil
  }

  /// Where the key's first letter is if the key, in quotes or not, and a colon start at the place.
  private func letter(of key: [Unicode.Scalar], at place: SourceLocation) -> SourceLocation? {
    let rest = collector.source.lines[place.line - 1].dropFirst(place.column - 1)
    guard let first = rest.first else { return nil }
    let isQuoted = first == "\"" || first == "'"
    let body = isQuoted ? rest.dropFirst() : rest
    guard body.starts(with: key) else { return nil }
    var behind = body.dropFirst(key.count)
    if isQuoted {
      guard behind.first == first else { return nil }
      behind = behind.dropFirst()
    }
    guard behind.drop(while: { $0 == " " }).first == ":" else { return nil }
    let letter = SourceLocation(line: place.line, column: place.column + (isQuoted ? 1 : 0))
    return duplicates.contains(letter) ? nil : letter
  }
}
