/// A line for a terminal: pieces of text with a style each. The texts must be safe already.
struct TerminalLine: Sendable {
  enum Style: String, Sendable {
    case plain = ""
    case strong = "1"
    case faint = "2"
    case good = "32"
    case bad = "31"
    case warning = "33"
    case accent = "36"
  }

  private var pieces: [(text: String, style: Style)] = []

  init(_ text: String = "", _ style: Style = .plain) { add(text, style) }

  mutating func add(_ text: String, _ style: Style = .plain) {
    if !text.isEmpty { pieces.append((text, style)) }
  }

  var width: Int { pieces.reduce(0) { $0 + DisplayWidth.of($1.text) } }

  /// The line cut to the terminal's width, with colours if it has them. The last column stays free: a cursor that stands in it
  /// would have its character erased with the rest of the line.
  func text(in shape: TerminalShape, isCut: Bool = true) -> String {
    var left = isCut ? shape.columns - 1 : Int.max
    var line = ""
    for (text, style) in pieces where left > 0 {
      let cut = DisplayWidth.truncated(text, to: left, ellipsis: shape.isUnicode ? "…" : "~")
      left -= DisplayWidth.of(text)
      line += shape.hasColour && style != .plain ? "\u{1B}[\(style.rawValue)m\(cut)\u{1B}[0m" : cut
    }
    return line
  }
}
