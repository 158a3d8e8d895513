/// What a pipeline file says: a pipeline, or everything that is wrong with it at once.
public struct PipelineFile: Sendable {
  public let path: String
  /// Nil if there is any error.
  public let pipeline: Pipeline?
  /// Errors and warnings by place, no more than 50.
  public let diagnostics: [Diagnostic]

  public var hasErrors: Bool { pipeline == nil }

  /// All diagnostics with their source lines, for people.
  public func render(color: Bool) -> String {
    diagnostics.map { $0.render(color: color) }.joined(separator: "\n")
  }

  /// Reads and checks a pipeline. Whatever the text is, it ends, and says what is wrong with the place.
  ///
  /// - Parameters:
  ///   - path: Named in diagnostics; nothing is opened.
  ///   - overrides: `name=value` texts that replace values of `params`.
  ///   - environment: What `${env:NAME}` reads.
  public static func parse(
    text: String, path: String, overrides: [String] = [], environment: [String: String] = [:],
    catalog: StageCatalog
  ) -> PipelineFile {
    // A byte order mark is no content.
    let text = text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
    let collector = DiagnosticCollector(source: SourceText(text, path: path))
    var reader = YAMLReader(collector: collector)
    let root = reader.read(text)
    var builder = PipelineBuilder(
      collector: reader.collector, catalog: catalog, scope: ParameterScope(environment: environment))
    let pipeline = builder.build(root, overrides: overrides)
    return PipelineFile(
      path: path, pipeline: builder.collector.hasErrors ? nil : pipeline,
      diagnostics: builder.collector.sorted)
  }

  /// As above, from a file's bytes, which must be UTF-8.
  public static func parse(
    bytes: [UInt8], path: String, overrides: [String] = [], environment: [String: String] = [:],
    catalog: StageCatalog
  ) -> PipelineFile {
    if let text = String(validating: bytes, as: UTF8.self) {
      return parse(
        text: text, path: path, overrides: overrides, environment: environment, catalog: catalog)
    }
    // Repaired, the text has U+FFFD first where the fault is, unless it had one before.
    let source = SourceText(String(decoding: bytes, as: UTF8.self), path: path)
    let line = source.lines.firstIndex { $0.contains("\u{FFFD}") } ?? 0
    let column = source.lines[line].firstIndex(of: "\u{FFFD}") ?? 0
    var collector = DiagnosticCollector(source: source)
    collector.error(
      "the file is not UTF-8", at: SourceLocation(line: line + 1, column: column + 1),
      hint: "save it as UTF-8")
    return PipelineFile(path: path, pipeline: nil, diagnostics: collector.sorted)
  }
}
