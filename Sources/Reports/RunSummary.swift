/// What to tell a person at the end of a run.
public struct RunSummary: Sendable {
  private let record: RunRecord
  private let report: String?
  private let workspace: String

  /// - Parameters:
  ///   - report: path of the report, if one was written.
  ///   - workspace: path of the workspace, for the paths of rejects files.
  public init(_ record: RunRecord, report: String? = nil, workspace: String = ".vecmill") {
    self.record = record
    self.report = report
    self.workspace = workspace
  }

  /// One line: `photos: done in 12.3 s: 4 stages ran, 2 fresh; 3,000 records, 2 rejects; report …`.
  public var line: String {
    let fresh = record.stages.count { $0.state == .fresh }
    let ran = record.stages.count { $0.state == .done }
    let entering = record.stages.filter { $0.inputs.isEmpty }
    var line = "\(SafeText.escaped(record.request.pipeline)): \(outcome) "
    line += record.outcome == .fresh ? "(\(Figure.seconds(record.seconds ?? 0)))" : "in \(Figure.seconds(record.seconds ?? 0))"
    line += ": \(Figure.count(ran, "stage")) ran, \(Figure.count(fresh)) fresh"
    line += "; \(Figure.count(entering.reduce(0) { $0 + ($1.rows ?? 0) }, "record")), \(Figure.count(record.rejected, "reject"))"
    return line + (report.map { "; report \(SafeText.escaped($0))" } ?? "")
  }

  /// The line, and below it the rejects by reason.
  public var text: String {
    var text = line + "\n"
    for stage in record.stages where stage.state == .done {
      if let reuse = stage.reuse?.sentence { text += "  \(SafeText.escaped(stage.name)): \(reuse)\n" }
      if let training = stage.training { text += "  \(SafeText.escaped(stage.name)): \(SafeText.escaped(training.sentence))\n" }
    }
    for stage in record.stages where stage.state != .fresh && !stage.rejects.isEmpty {
      let reasons = stage.rejects.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(6)
        .map { "\(Figure.count($0.value)) \(SafeText.escaped($0.key))" }.joined(separator: ", ")
      let file = stage.rows == nil ? "*.rejects.jsonl" : "rejects.jsonl"
      text +=
        "  \(SafeText.escaped(stage.name)) rejected \(reasons): see \(SafeText.escaped(workspace))/artifacts/\(stage.artifact)/\(file)\n"
    }
    return text
  }

  private var outcome: String {
    switch record.outcome {
    case .running: "running"
    case .done: "done"
    case .fresh: "nothing to do"
    case .failed: "failed"
    case .tooManyRejects: "failed, too many rejects,"
    case .gateNotMet: "quality gate not met"
    case .interrupted: "interrupted"
    }
  }
}
