import Pipelines
import Testing

@Suite struct DiagnosticRenderingTests {
  @Test func theLineAndACaretAreShown() {
    let file = parse("pipeline: p\nstages:\n  a:\n    kind: everything\n    cuont: 3\n    flag: 7\n")
    #expect(
      file.render(color: false) == """
        p.yaml:5:5: error: unknown option "cuont" of everything; did you mean "count"?
          5 |     cuont: 3
            |     ^
        p.yaml:6:11: error: "flag" of everything: expected true or false, found 7
          6 |     flag: 7
            |           ^
        """)
  }

  @Test func colorMarksSeverityAndCaret() {
    let diagnostic = Diagnostic(
      file: "f", line: 1, column: 2, severity: .warning, message: "m", hint: "h", source: "abc")
    #expect(
      diagnostic.render(color: true)
        == "\u{1B}[1mf:1:2: \u{1B}[0m\u{1B}[1;35mwarning: \u{1B}[0m\u{1B}[1mm; h\u{1B}[0m\n  1 | abc\n    |  \u{1B}[1;32m^\u{1B}[0m"
    )
  }

  @Test(arguments: [
    ("日本: x", 5, "日本: x", 6), ("\ta: x", 2, " a: x", 1), ("e\u{301}: x", 3, "e\u{301}: x", 1),
    ("\u{1B}[31mx", 2, " [31mx", 1), ("a\u{202E}b", 3, "a\u{FFFD}b", 2), ("ab", 3, "ab", 2),
  ])
  func theCaretStandsUnderThePlace(source: String, column: Int, shown: String, indent: Int) {
    let diagnostic = Diagnostic(
      file: "f", line: 12, column: column, severity: .error, message: "m", source: source)
    let expected = "f:12:\(column): error: m\n  12 | \(shown)\n     | \(String(repeating: " ", count: indent))^"
    #expect(diagnostic.render(color: false) == expected)
  }

  @Test func longLinesAreCut() {
    let source = String(repeating: "a", count: 500) + "X" + String(repeating: "b", count: 500)
    let diagnostic = Diagnostic(
      file: "f", line: 1, column: 501, severity: .error, message: "m", source: source)
    let lines = diagnostic.render(color: false).split(separator: "\n").map { Array($0) }
    #expect(lines[1].count < 140)
    #expect(lines[1][lines[2].firstIndex(of: "^")!] == "X")
  }
}
