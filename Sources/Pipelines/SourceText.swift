/// A place in a text: line and column count from 1, columns in Unicode scalars.
public struct SourceLocation: Sendable, Hashable, Comparable, Codable {
  public var line: Int
  public var column: Int

  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  public static let start = SourceLocation(line: 1, column: 1)

  public static func < (a: SourceLocation, b: SourceLocation) -> Bool {
    (a.line, a.column) < (b.line, b.column)
  }
}

/// A text and its lines, split where YAML 1.1 splits them.
struct SourceText: Sendable {
  let path: String
  let lines: [[Unicode.Scalar]]

  init(_ text: String, path: String) {
    self.path = path
    var lines: [[Unicode.Scalar]] = [[]]
    var previous: Unicode.Scalar = " "
    for scalar in text.unicodeScalars {
      if Self.isLineBreak(scalar) {
        // A line feed behind a carriage return belongs to it.
        if !(scalar == "\n" && previous == "\r") { lines.append([]) }
      } else {
        lines[lines.count - 1].append(scalar)
      }
      previous = scalar
    }
    self.lines = lines
  }

  static func isLineBreak(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x0A, 0x0D, 0x85, 0x2028, 0x2029: true
    default: false
    }
  }

  /// The nearest place that is inside the text; one column behind the last of a line is.
  func clamped(_ location: SourceLocation) -> SourceLocation {
    let line = min(max(location.line, 1), lines.count)
    let column = min(max(location.column, 1), lines[line - 1].count + 1)
    return SourceLocation(line: line, column: column)
  }

  func line(_ number: Int) -> String {
    var line = String.UnicodeScalarView()
    line.append(contentsOf: lines[number - 1])
    return String(line)
  }
}
