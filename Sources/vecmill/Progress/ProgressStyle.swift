import Glibc
import Reports

/// How a run is told while it works: `--progress`.
enum ProgressStyle: String, CaseIterable, Sendable {
  case auto, bar, lines, json, none

  /// What `auto` means here: bars on a terminal that can move its cursor, lines elsewhere.
  func resolved(environment: [String: String], isTerminal: Bool = isatty(STDERR_FILENO) == 1) -> ProgressStyle {
    guard self == .auto else { return self }
    return isTerminal && !["dumb", ""].contains(environment["TERM"] ?? "") ? .bar : .lines
  }
}

extension TerminalShape {
  /// The terminal on standard error as it is now; 80 × 24 where that is none.
  static func current(environment: [String: String]) -> TerminalShape {
    var size = winsize()
    let isKnown = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    return TerminalShape(
      columns: isKnown ? Int(size.ws_col) : 80, rows: isKnown && size.ws_row > 0 ? Int(size.ws_row) : 24,
      environment: environment)
  }
}
