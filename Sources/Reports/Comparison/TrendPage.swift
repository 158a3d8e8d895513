public import Quality

/// The figures of one name over its runs: a chart each, and the runs as a table.
public struct TrendPage: Sendable {
  private let name: String
  private let points: [TrendPoint]
  private let figures: [String]
  private let version: String

  public init(_ name: String, _ points: [TrendPoint], figures: [String], version: String) {
    self.name = name
    self.points = points
    self.figures = figures
    self.version = version
  }

  public var html: String {
    let charts = figures.compactMap { figure in
      LineChart(
        (try? QualityFigure(figure))?.shortName ?? figure,
        points.compactMap { point in
          point.figures[figure].map { LineChart.Point(value: $0, label: point.time, isMet: point.isMet) }
        })?.html
    }
    let rows = points.reversed().map { point in
      [
        String(point.time.prefix(16)).replacing("T", with: " "), point.champion.map { "@\($0)" } ?? "none",
        point.missed.joined(separator: ", "), point.isMet ? "met" : "missed",
      ]
    }
    let styles = points.reversed().map { point -> HTML? in point.isMet ? (point.missed.isEmpty ? "good" : "warn") : "bad" }
    let body =
      PageFrame.section("Figures", note: "a red mark: the gate was shut", "<div class=\"trends\">\(charts)</div>")
      + PageFrame.section("Runs", PageFrame.table(["Run", "Champion", "Missed or warned", "Gate"], rows, styles: styles))
    return PageFrame.html(
      eyebrow: "Vecmill trend", title: name, note: Figure.count(points.count, "evaluation"), version: version, body: body)
  }
}

/// A row of values as eight heights of a character cell.
public enum Sparkline {
  public static func text(_ values: [Double?]) -> String {
    let known = values.compactMap { $0 }
    guard let low = known.min(), let high = known.max() else { return "" }
    let marks = Array("▁▂▃▄▅▆▇█")
    return String(
      values.map { value in
        guard let value else { return " " as Character }
        return high > low ? marks[min(7, Int((value - low) / (high - low) * 8))] : "▄"
      })
  }
}
