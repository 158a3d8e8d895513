/// What a terminal can show.
public struct TerminalShape: Sendable, Equatable {
  public var columns: Int
  public var rows: Int
  public var isUnicode: Bool
  public var hasColour: Bool

  public init(columns: Int = 80, rows: Int = 24, isUnicode: Bool = true, hasColour: Bool = true) {
    self.columns = max(20, columns)
    self.rows = max(3, rows)
    self.isUnicode = isUnicode
    self.hasColour = hasColour
  }

  /// Told by the environment: a UTF-8 locale, `NO_COLOR` (https://no-color.org).
  public init(columns: Int, rows: Int, environment: [String: String]) {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
    let isUTF8 = locale.lowercased().contains("utf-8") || locale.lowercased().contains("utf8")
    self.init(
      columns: columns, rows: rows, isUnicode: isUTF8, hasColour: (environment["NO_COLOR"] ?? "").isEmpty)
  }
}
