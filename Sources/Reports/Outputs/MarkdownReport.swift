import Quality

/// A run as Markdown, for the comment or summary of a CI job.
public struct MarkdownReport: Sendable {
  private let record: RunRecord
  private let report: String?

  public init(_ record: RunRecord, report: String? = nil) {
    self.record = record
    self.report = report
  }

  public var text: String {
    var text = "## \(cell(record.request.pipeline)): \(title)\n"
    if !record.stages.isEmpty { text += "\n\(cell(RunSummary(record, report: report).line))\n" }
    if let error = record.error { text += "\n> \(cell(error.stage.map { "stage \($0): " } ?? ""))\(cell(error.message))\n" }
    for gate in record.gates ?? [] { text += table(gate) }
    if record.stages.isEmpty { return text }
    text += "\n| stage | state | rows | rejects | time |\n| --- | --- | ---: | ---: | ---: |\n"
    for stage in record.stages {
      text +=
        "| \(cell(stage.name)) | \(stage.state.rawValue) | \(stage.rows.map { Figure.count($0) } ?? "") "
        + "| \(Figure.count(stage.rejected)) | \(stage.seconds.map { Figure.seconds($0) } ?? "") |\n"
    }
    return text
  }

  private var title: String {
    switch record.outcome {
    case .done: "✅ done"
    case .fresh: "✅ nothing to do"
    case .gateNotMet: "❌ quality gate not met"
    case .tooManyRejects: "❌ too many rejects"
    case .interrupted: "⚠️ interrupted"
    default: "❌ failed"
    }
  }

  private func table(_ gate: StageGate) -> String {
    let report = gate.report
    let against = report.champion.map { ", against \($0.name)@\($0.version)" } ?? ""
    var text = "\n### Gate \(cell(gate.stage)): \(report.isMet ? "met" : "not met")\(cell(against))\n\n"
    text +=
      "| | figure | measured | 95 % interval | required | bound | champion |\n| --- | --- | ---: | --- | --- | ---: | ---: |\n"
    for verdict in report.verdicts {
      let mark =
        switch (verdict.outcome, verdict.isWarning) {
        case (.met, _): "✅"
        case (.skipped, _): "➖"
        case (.missed, true): "⚠️"
        case (.missed, false): "❌"
        }
      let unit = verdict.unit
      let interval = verdict.interval.map { "\(unit.text($0[0])) – \(unit.text($0[1]))" } ?? ""
      text +=
        "| \(mark) | \(cell(verdict.figure)) | \(verdict.value.map { unit.text($0) } ?? "–") | \(interval) "
        + "| `\(code(verdict.threshold))` | \(verdict.bound.map { unit.text($0) } ?? "") | \(verdict.champion.map { unit.text($0) } ?? "") |\n"
    }
    return text
  }

  private func cell(_ text: String) -> String {
    code(text).replacing("<", with: "&lt;")
  }

  /// In code nothing but the end of it and of the cell means anything.
  private func code(_ text: String) -> String {
    SafeText.escaped(text).replacing("|", with: "\\|").replacing("`", with: "'")
  }
}
