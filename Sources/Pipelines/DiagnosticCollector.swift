/// Gathers diagnostics of one text, puts each inside of it, and keeps a bounded number.
struct DiagnosticCollector: Sendable {
  /// More would not be read: who has so many starts at the top.
  static let limit = 50

  let source: SourceText
  private(set) var diagnostics: [Diagnostic] = []
  private(set) var hasErrors = false

  init(source: SourceText) { self.source = source }

  mutating func error(_ message: String, at location: SourceLocation, hint: String? = nil) {
    add(.error, message, at: location, hint: hint)
  }

  mutating func warning(_ message: String, at location: SourceLocation, hint: String? = nil) {
    add(.warning, message, at: location, hint: hint)
  }

  mutating func error(_ fault: PlacedFault) {
    error(fault.message, at: fault.location, hint: fault.hint)
  }

  /// Takes over what was found in another text.
  mutating func append(_ other: [Diagnostic]) {
    hasErrors = hasErrors || other.contains { $0.severity == .error }
    diagnostics += other
  }

  private mutating func add(
    _ severity: Diagnostic.Severity, _ message: String, at location: SourceLocation, hint: String?
  ) {
    hasErrors = hasErrors || severity == .error
    let place = source.clamped(location)
    diagnostics.append(
      Diagnostic(
        file: source.path, line: place.line, column: place.column, severity: severity,
        message: message, hint: hint, source: source.line(place.line)))
  }

  /// By place; those of one place as they were found. Those over the limit are counted in a last one.
  var sorted: [Diagnostic] {
    let sorted = diagnostics.enumerated().sorted {
      // Those of the command line come first.
      ($0.element.file == source.path ? 1 : 0, $0.element.location, $0.offset)
        < ($1.element.file == source.path ? 1 : 0, $1.element.location, $1.offset)
    }.map(\.element)
    guard sorted.count > Self.limit else { return sorted }
    var last = sorted[Self.limit - 1]
    last.severity = hasErrors ? .error : .warning
    last.message = "\(sorted.count - Self.limit + 1) more problems from here on"
    last.hint = "mend those above first"
    return sorted.prefix(Self.limit - 1) + [last]
  }
}
