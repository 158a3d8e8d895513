/// One thing that is wrong with a pipeline file, and where.
public struct Diagnostic: Sendable, Hashable, Codable {
  public enum Severity: String, Sendable, Hashable, Codable { case error, warning }

  /// The path as it was given; `--set` for a value of the command line.
  public var file: String
  /// Counts from 1.
  public var line: Int
  /// Counts from 1, in Unicode scalars.
  public var column: Int
  public var severity: Severity
  public var message: String
  /// What to do, as a clause: `did you mean "type"?`.
  public var hint: String?
  /// The line that the place is in.
  public var source: String

  public init(
    file: String, line: Int, column: Int, severity: Severity, message: String, hint: String? = nil,
    source: String
  ) {
    self.file = file
    self.line = line
    self.column = column
    self.severity = severity
    self.message = message
    self.hint = hint
    self.source = source
  }

  public var location: SourceLocation { SourceLocation(line: line, column: column) }
}

extension Diagnostic: CustomStringConvertible {
  /// One line: file, line, column, severity, message and hint.
  public var description: String {
    "\(file):\(line):\(column): \(severity.rawValue): \(text)"
  }

  var text: String { hint.map { "\(message); \($0)" } ?? message }
}
