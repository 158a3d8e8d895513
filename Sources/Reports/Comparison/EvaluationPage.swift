public import Quality

/// A bundle that was measured by itself: the verdicts, its figures, and the queries whose answers are not the champion's.
public struct EvaluationPage: Sendable {
  private let name: String
  private let report: GateReport
  private let changes: [ComparisonPage.Change]
  private let version: String

  public init(_ name: String, _ report: GateReport, changes: [ComparisonPage.Change], version: String) {
    self.name = name
    self.report = report
    self.changes = changes
    self.version = version
  }

  public var html: String {
    let champion = report.champion.map { "\($0.name)@\($0.version)" }
    let theirs = RecordedFigures(report.champion?.figures ?? [:]).all.reduce(into: [:]) { $0[$1.name] = $1.unit.text($1.value) }
    let rows = RecordedFigures(report.figures).all.map {
      [$0.name, $0.unit.text($0.value)] + (champion == nil ? [] : [theirs[$0.name] ?? ""])
    }
    var body: HTML = report.verdicts.isEmpty ? "" : PageFrame.section("Gate", GateTable(report).html)
    body += PageFrame.section("Figures", PageFrame.table(["Figure", "Measured"] + [champion].compactMap(\.self), rows))
    if !changes.isEmpty {
      let names = (old: champion ?? "", new: name)
      body += PageFrame.section("Answers", ChangeStrips(changes.map(\.strip), names: names).html)
    }
    return PageFrame.html(
      eyebrow: "Vecmill evaluation", title: name,
      note: "\(report.index) · \(Figure.count(report.queries, "query", "queries")) · \(Figure.count(report.items, "item"))",
      version: version, body: body)
  }
}
