import Yams

extension YAMLReader {
  /// Whether the text can be given to the parser; reports why not.
  mutating func isAcceptable(_ text: String) -> Bool {
    guard text.utf8.count <= Self.maximumBytes else {
      let limit = Self.maximumBytes >> 10
      collector.error("the file is over \(limit) KiB: no pipeline is so long", at: .start)
      return false
    }
    var aliases = 0
    for (number, line) in collector.source.lines.enumerated() {
      for (column, scalar) in line.enumerated() {
        let place = SourceLocation(line: number + 1, column: column + 1)
        guard Self.isAllowed(scalar) else {
          let hex = String(scalar.value, radix: 16, uppercase: true)
          collector.error("the character U+\(hex) is not allowed here", at: place, hint: "remove it")
          return false
        }
        if Self.mayBeAlias(line, at: column) { aliases += 1 }
        if aliases > Self.maximumAliases {
          collector.error("too many aliases", at: place, hint: "use params, and quote globs")
          return false
        }
      }
    }
    return true
  }

  private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
    if isReserved(scalar) { return false }
    switch scalar.value {
    case 0x09, 0x20...0x7E, 0xA0...0xD7FF, 0xE000...0xFFFD, 0x10000...: return scalar.value != 0xFEFF
    default: return false
    }
  }

  /// Whether an asterisk could start an alias: rather too often than too rarely, for a bomb needs many.
  private static func mayBeAlias(_ line: [Unicode.Scalar], at column: Int) -> Bool {
    guard line[column] == "*", column + 1 < line.count, line[column + 1] != " " else { return false }
    return column == 0 || " \t[]{},:?-!\"'".unicodeScalars.contains(line[column - 1])
  }

  mutating func report(_ error: YamlError) {
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      // Of an alias that is none, the asterisk is shown, not what follows it.
      let isAlias = context?.text.contains("scanning an alias") == true
      let shown = isAlias ? context?.mark ?? mark : mark
      let place = SourceLocation(line: shown.line, column: shown.column)
      let (message, hint) = explanation(problem, context: context, at: place)
      collector.error(message, at: place, hint: hint)
    case .reader(let problem, _, _, _): collector.error(problem, at: .start)
    default: collector.error("\(error)", at: .start)
    }
  }

  /// The parser's words where they help, ours for the slips that happen most.
  private func explanation(
    _ problem: String, context: YamlError.Context?, at place: SourceLocation
  ) -> (message: String, hint: String?) {
    let source = collector.source.lines
    let place = collector.source.clamped(place)
    let next = source[place.line - 1].dropFirst(place.column - 1).first
    let contextText = context?.text ?? ""
    switch true {
    case problem.contains("another document"):
      return ("a pipeline file holds one document, this is another", "leave out the line with ---")
    case problem.contains("cannot start any token") && next == "\t":
      return ("a tab cannot indent", "use spaces")
    case problem.contains("cannot start any token"):
      return ("a value cannot start with this character", "put the value in quotes")
    case contextText.contains("scanning an alias"), problem.contains("undefined alias"):
      return ("an asterisk at the start means an alias", "put a glob in quotes: \"*.tar\"")
    case problem.contains("mapping values are not allowed"):
      return ("\": \" cannot stand here", "indent keys alike, and put a text with a colon in quotes")
    case problem.contains("Maximum nesting level"):
      return ("values are nested over \(Self.maximumDepth) levels deep", nil)
    default:
      let subject = contextText.isEmpty ? "" : " \(contextText)"
      return ("invalid YAML\(subject): \(problem)", nil)
    }
  }
}
