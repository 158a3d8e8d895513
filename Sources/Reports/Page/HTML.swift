/// A piece of a page. Literals are markup, interpolated texts are escaped: what comes from outside cannot become markup by an oversight.
struct HTML: ExpressibleByStringInterpolation, Sendable {
  private(set) var text: String

  init(stringLiteral text: String) { self.text = text }
  init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }

  static func + (one: HTML, other: HTML) -> HTML { "\(one)\(other)" }
  static func += (one: inout HTML, other: HTML) { one.text += other.text }

  struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity) }
    mutating func appendLiteral(_ literal: String) { text += literal }
    mutating func appendInterpolation(_ html: HTML) { text += html.text }
    mutating func appendInterpolation(_ html: HTML?) { text += html?.text ?? "" }
    mutating func appendInterpolation(_ html: [HTML]) { for piece in html { text += piece.text } }
    mutating func appendInterpolation(_ number: Int) { text += String(number) }
    /// A coordinate: two digits after the point.
    mutating func appendInterpolation(_ number: Double) { text += Figure.fixed(number, 2) }
    mutating func appendInterpolation(_ content: String) { text += HTML.escaped(SafeText.escaped(content)) }
    /// Text with its own line breaks.
    mutating func appendInterpolation(lines content: String) { text += HTML.escaped(SafeText.escapedLines(content)) }
  }

  private static func escaped(_ text: String) -> String {
    var escaped = ""
    escaped.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
