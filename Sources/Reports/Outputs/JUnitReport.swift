import Quality

/// A run as JUnit XML, which CI systems show: a suite of stages, and one of conditions for each gate.
public struct JUnitReport: Sendable {
  private let record: RunRecord

  public init(_ record: RunRecord) { self.record = record }

  public var text: String {
    let suites = (record.stages.isEmpty ? [] : [stages]) + (record.gates ?? []).map(suite)
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      + "<testsuites name=\(quoted(record.request.pipeline)) time=\"\(Figure.fixed(record.seconds ?? 0, 3))\">\n"
      + suites.joined() + "</testsuites>\n"
  }

  private var stages: String {
    let cases = record.stages.map { stage -> String in
      let start = "<testcase classname=\(quoted(record.request.pipeline)) name=\(quoted("stage \(stage.name)"))"
      let time = " time=\"\(Figure.fixed(stage.seconds ?? 0, 3))\""
      switch stage.state {
      case .failed:
        let tag = record.outcome == .gateNotMet ? "failure" : "error"
        return "\(start)\(time)><\(tag) message=\(quoted(record.error?.message ?? "failed"))/></testcase>"
      case .waiting, .running: return "\(start)\(time)><skipped message=\"not done\"/></testcase>"
      default: return "\(start)\(time)/>"
      }
    }
    let failed = record.stages.count { $0.state == .failed }
    let isGate = record.outcome == .gateNotMet
    return element(
      "stages", cases, failures: isGate ? failed : 0, errors: isGate ? 0 : failed,
      skipped: record.stages.count { $0.state == .waiting || $0.state == .running })
  }

  private func suite(_ gate: StageGate) -> String {
    let verdicts = gate.report.verdicts
    let cases = verdicts.map { verdict -> String in
      let name = quoted("\(verdict.figure) \(verdict.threshold)")
      let start = "<testcase classname=\(quoted("\(record.request.pipeline).\(gate.stage)")) name=\(name)"
      let sentence = quoted(verdict.sentence)
      switch (verdict.outcome, verdict.isWarning) {
      case (.missed, false): return "\(start)><failure message=\(sentence)/></testcase>"
      case (.missed, true): return "\(start)><system-err>\(escaped("warning: " + verdict.sentence))</system-err></testcase>"
      case (.skipped, _): return "\(start)><skipped message=\(sentence)/></testcase>"
      case (.met, _): return "\(start)><system-out>\(escaped(verdict.sentence))</system-out></testcase>"
      }
    }
    return element(
      gate.stage, cases, failures: gate.report.missed.count, errors: 0, skipped: verdicts.count { $0.outcome == .skipped })
  }

  private func element(_ name: String, _ cases: [String], failures: Int, errors: Int, skipped: Int) -> String {
    "  <testsuite name=\(quoted(name)) tests=\"\(cases.count)\" failures=\"\(failures)\" errors=\"\(errors)\" skipped=\"\(skipped)\" "
      + "timestamp=\"\(record.started.prefix(19))\">\n" + cases.map { "    \($0)\n" }.joined() + "  </testsuite>\n"
  }

  private func quoted(_ text: String) -> String { "\"\(escaped(text))\"" }

  private func escaped(_ text: String) -> String {
    SafeText.escaped(text).replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }
}
