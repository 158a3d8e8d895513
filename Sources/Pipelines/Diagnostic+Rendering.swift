extension Diagnostic {
  /// The description, the source line, and a caret under the place.
  public func render(color: Bool) -> String {
    let style = Style(isOn: color)
    let head =
      style.bold("\(file):\(line):\(column): ")
      + style.severity(severity, "\(severity.rawValue): ") + style.bold(text)
    let gutter = String(line)
    let blank = String(repeating: " ", count: gutter.count)
    let (shown, indent) = window()
    let caret = String(repeating: " ", count: indent) + style.caret("^")
    return "\(head)\n  \(gutter) | \(shown)\n  \(blank) | \(caret)"
  }

  /// The part of the line that is shown, safe for a terminal, and the caret's indent in cells.
  private func window() -> (text: String, indent: Int) {
    // A line of a terminal and a half: the place stays in sight in lines of any length.
    let limit = 120
    let scalars = Array(source.unicodeScalars)
    let place = min(column - 1, scalars.count)
    let start = place > limit - 20 ? place - limit / 2 : 0
    let end = min(scalars.count, start + limit)
    var text = start > 0 ? "…" : ""
    var indent = start > 0 ? 1 : 0
    for index in start..<end {
      let scalar = scalars[index]
      let isControl = scalar.properties.generalCategory == .control
      let isHidden = scalar.properties.generalCategory == .format
      text.unicodeScalars.append(isControl ? " " : isHidden ? "\u{FFFD}" : scalar)
      if index < place { indent += isControl || isHidden ? 1 : Self.cells(of: scalar) }
    }
    return (end < scalars.count ? text + "…" : text, indent)
  }

  /// Cells that a terminal gives a scalar: none to combining marks, two to East Asian wide ones and pictures.
  private static func cells(of scalar: Unicode.Scalar) -> Int {
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
      2
    default:
      scalar.properties.generalCategory == .nonspacingMark ? 0 : 1
    }
  }

  private struct Style {
    var isOn: Bool

    func bold(_ text: String) -> String { wrapped(text, "1") }
    func caret(_ text: String) -> String { wrapped(text, "1;32") }
    func severity(_ severity: Severity, _ text: String) -> String {
      wrapped(text, severity == .error ? "1;31" : "1;35")
    }

    private func wrapped(_ text: String, _ code: String) -> String {
      isOn ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
  }
}
