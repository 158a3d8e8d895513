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
      let fault = ParserFault(
        context: context?.text ?? "", start: (context?.mark).map(SourceLocation.init(_:)),
        problem: problem, place: SourceLocation(mark))
      collector.error(fault.explained(in: collector.source))
    case .reader(let problem, _, _, _): collector.error(problem, at: .start)
    default: collector.error("\(error)", at: .start)
    }
  }
}

extension SourceLocation {
  init(_ mark: Mark) { self.init(line: mark.line, column: mark.column) }
}
