import Foundation
import Testing

/// The program at a terminal: the bar, and what stands there afterwards.
@Suite struct TerminalTests {
  /// Runs vecmill with a terminal of its own for standard error and output.
  private func atTerminal(_ sandbox: Sandbox, _ arguments: String, type: String = "xterm", columns: Int = 100) throws -> String {
    let ending = try sandbox.shell(
      "stty_size='stty rows 30 cols \(columns)'; TERM=\(type) script -qec \"$stty_size; '$VECMILL' \(arguments)\" typescript </dev/null"
    )
    #expect(ending.status == 0, "\(ending.out)")
    return ending.out
  }

  @Test func theBarIsDrawnAndLeavesTheTerminalAsItWas() throws {
    let sandbox = try Sandbox.pictures()
    let seen = try atTerminal(sandbox, "run pictures.yaml")
    #expect(seen.contains("\u{1B}["), "\(seen)")
    #expect(seen.contains("features") && seen.contains("pictures: "))
    // Every cursor that is hidden is shown again.
    let hidden = seen.components(separatedBy: "\u{1B}[?25l").count
    let shown = seen.components(separatedBy: "\u{1B}[?25h").count
    #expect(hidden == shown, "\(seen.debugDescription)")
  }

  @Test(arguments: [40, 200]) func theBarFitsTheTerminal(_ columns: Int) throws {
    let sandbox = try Sandbox.notes()
    let seen = try atTerminal(sandbox, "run notes.yaml --progress bar", columns: columns)
    for line in seen.replacing(/\u{1B}\[[0-9;?]*[A-Za-z]/, with: "").split(whereSeparator: \.isNewline) where line.contains("│") {
      #expect(line.count <= columns, "\(line)")
    }
  }

  /// A terminal that can move no cursor gets lines.
  @Test func aDumbTerminalGetsLines() throws {
    let sandbox = try Sandbox.notes()
    let seen = try atTerminal(sandbox, "run notes.yaml", type: "dumb")
    #expect(!seen.contains("\u{1B}") && seen.contains("notes"), "\(seen.debugDescription)")
  }
}
