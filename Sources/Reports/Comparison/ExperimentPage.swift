import Quality

/// Variants of a pipeline held against each other: a table by rank, and which of them no other betters.
public struct ExperimentPage: Sendable {
  public struct Variant: Sendable {
    public var name: String
    /// The objective, and what it is paid with; nil where the variant failed.
    public var objective: Double?
    public var cost: Double?
    public var isFeasible: Bool
    public var isBest: Bool
    public var cells: [String]

    public init(name: String, objective: Double?, cost: Double?, isFeasible: Bool, isBest: Bool, cells: [String]) {
      self.name = name
      self.objective = objective
      self.cost = cost
      self.isFeasible = isFeasible
      self.isBest = isBest
      self.cells = cells
    }
  }

  private let title: String
  private let note: String
  private let axes: (objective: String, cost: String)
  private let columns: [String]
  private let variants: [Variant]
  private let version: String

  /// - Parameter axes: figures that the chart is drawn over.
  public init(
    title: String, note: String, axes: (objective: String, cost: String), columns: [String], variants: [Variant], version: String
  ) {
    self.title = title
    self.note = note
    self.axes = axes
    self.columns = columns
    self.variants = variants
    self.version = version
  }

  public var html: String {
    let styles = variants.map { variant -> HTML? in
      variant.isBest ? "good" : variant.objective == nil ? "bad" : variant.isFeasible ? nil : "warn"
    }
    let rows = variants.enumerated().map { place, variant in
      ["\(place + 1) · \(variant.cells.first ?? "")"] + variant.cells.dropFirst()
    }
    let table = PageFrame.table(columns, rows, styles: styles)
    let body = PageFrame.section("\(axes.objective) over \(axes.cost)", chart) + PageFrame.section("Variants by rank", table)
    return PageFrame.html(eyebrow: "Vecmill experiment", title: title, note: note, version: version, body: body)
  }

  private var chart: HTML {
    let known = variants.enumerated().filter { $0.element.objective != nil && $0.element.cost != nil }
    guard !known.isEmpty else { return "<p class=\"fine\">no variant was measured</p>" }
    return ParetoChart(known.map { (rank: $0.offset + 1, variant: $0.element) }, axes).html
  }
}

/// The variants as points; a line joins those that no other betters in both figures.
package struct ParetoChart {
  private let variants: [(rank: Int, variant: ExperimentPage.Variant)]
  private let cost: QualityFigure?
  private let objective: QualityFigure?
  private let axes: (objective: String, cost: String)
  private let left = 118.0, top = 18.0, width = 450.0, height = 240.0

  init(_ variants: [(rank: Int, variant: ExperimentPage.Variant)], _ axes: (objective: String, cost: String)) {
    self.variants = variants
    self.axes = axes
    cost = try? QualityFigure(axes.cost)
    objective = try? QualityFigure(axes.objective)
  }

  /// Places of the variants on the frontier, by cost.
  package static func frontier(_ points: [(objective: Double, cost: Double)], moreIsBetter: Bool) -> [Int] {
    func isBetter(_ one: Double, _ other: Double) -> Bool { moreIsBetter ? one > other : one < other }
    return points.indices.filter { place in
      !points.indices.contains { other in
        let (one, mine) = (points[other], points[place])
        return one.cost <= mine.cost && !isBetter(mine.objective, one.objective)
          && (one.cost < mine.cost || isBetter(one.objective, mine.objective))
      }
    }.sorted { points[$0].cost < points[$1].cost }
  }

  var html: HTML {
    let points = variants.map { (objective: $0.variant.objective!, cost: $0.variant.cost!) }
    let xs = Self.range(points.map(\.cost)), ys = Self.range(points.map(\.objective))
    func x(_ value: Double) -> Double { left + (value - xs.low) / (xs.high - xs.low) * width }
    func y(_ value: Double) -> Double { top + (ys.high - value) / (ys.high - ys.low) * height }
    let front = Self.frontier(points, moreIsBetter: objective?.moreIsBetter ?? true)
    let line = front.map { place -> HTML in "\(x(points[place].cost)),\(y(points[place].objective)) " }
    let dots = variants.enumerated().map { place, ranked -> HTML in
      let variant = ranked.variant
      let style: HTML = variant.isBest ? "best" : variant.isFeasible ? "" : "missed"
      return """
        <circle class="\(style)" cx="\(x(points[place].cost))" cy="\(y(points[place].objective))" r="\(variant.isBest ? 6.0 : 4.5)">\
        <title>\(variant.name)</title></circle>
        """
    }
    // Names are long and points lie close: the ranks stand in the table.
    let ranks = variants.enumerated().map { place, ranked -> HTML in
      """
      <text x="\(x(points[place].cost))" y="\(y(points[place].objective) - 10)" text-anchor="middle">\(ranked.rank)</text>
      """
    }
    return """
      <figure class="chart"><svg viewBox="0 0 620 302" role="img" aria-label="\(axes.objective) over \(axes.cost)"><g class="grid">\
      \(ticks(ys).map { level -> HTML in "<line x1=\"\(left)\" x2=\"\(left + width)\" y1=\"\(y(level))\" y2=\"\(y(level))\"/><text x=\"\(left - 8)\" y=\"\(y(level) + 4)\" text-anchor=\"end\">\(objective?.unit.text(level) ?? Figure.short(level))</text>" })\
      \(ticks(xs).map { level -> HTML in "<text x=\"\(x(level))\" y=\"\(top + height + 20)\" text-anchor=\"middle\">\(cost?.unit.text(level) ?? Figure.short(level))</text>" })</g>\
      <g class="line s0"><polyline points="\(line)"/>\(dots)\(ranks)</g>\
      <text x="\(left + width / 2)" y="298" text-anchor="middle">\(axes.cost)</text></svg>\
      <figcaption><span class="key s0">\(axes.objective); the line joins what no other variant betters; numbers are the ranks below</span></figcaption></figure>
      """
  }

  private func ticks(_ range: (low: Double, high: Double)) -> [Double] {
    (0...3).map { range.low + (range.high - range.low) * Double($0) / 3 }
  }

  /// A little wider than the values.
  private static func range(_ values: [Double]) -> (low: Double, high: Double) {
    let (low, high) = (values.min()!, values.max()!)
    let space = high > low ? (high - low) * 0.08 : max(abs(low) * 0.1, 0.01)
    return (low - space, high + space)
  }
}
