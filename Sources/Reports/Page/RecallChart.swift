import Quality

/// Recall over the number of lists searched, as a drawing.
struct RecallChart {
  private static let names = ["10-recall@10", "R@1", "R@10", "1-recall@1", "100-recall@100", "R@100"]
  private typealias Point = (nprobe: Double, values: [String: Double])
  private let points: [Point]
  private let series: [String]
  private let chosen: Double?

  private let left = 44.0, top = 12.0, width = 560.0, height = 220.0

  /// Nil unless there are at least two points.
  init?(_ figures: EvaluationFigures) {
    let points = (figures.curve ?? []).compactMap { point -> Point? in
      guard let nprobe = point["nprobe"] ?? nil, nprobe > 0 else { return nil }
      return (nprobe, point.compactMapValues { $0 })
    }.sorted { $0.nprobe < $1.nprobe }
    let known = Set(points.flatMap { $0.values.keys }).subtracting(["nprobe"])
    let ratios = known.filter { name in points.allSatisfy { (0...1).contains($0.values[name] ?? 0) } }
    self.points = points
    series = Array((Self.names.filter(ratios.contains) + ratios.subtracting(Self.names).sorted()).prefix(4))
    chosen = figures.nprobe.map { Double($0) }
    if points.count < 2 || series.isEmpty || points.first!.nprobe == points.last!.nprobe { return nil }
  }

  var html: HTML {
    """
    <figure class="chart"><svg viewBox="0 0 620 282" role="img" aria-label="Recall over nprobe">
    <g class="grid">\(grid)</g>\(chosenLine)\(series.enumerated().map { line($1, $0) })
    <text x="\(left + width / 2)" y="278" text-anchor="middle">lists searched (nprobe)</text></svg>
    <figcaption>\(series.enumerated().map { legend($1, $0) })</figcaption></figure>
    """
  }

  private var grid: [HTML] {
    let levels = [0, 0.25, 0.5, 0.75, 1.0].map { level -> HTML in
      """
      <line x1="\(left)" x2="\(left + width)" y1="\(y(level))" y2="\(y(level))"/>\
      <text x="\(left - 8)" y="\(y(level) + 4)" text-anchor="end">\(Figure.short(level))</text>
      """
    }
    // Labels that would touch are left out.
    var last = -100.0
    let marks = points.compactMap { point -> HTML? in
      let x = x(point.nprobe)
      guard x - last > 26 else { return nil }
      last = x
      return "<text x=\"\(x)\" y=\"\(top + height + 18)\" text-anchor=\"middle\">\(Figure.short(point.nprobe))</text>"
    }
    return levels + marks
  }

  private var chosenLine: HTML? {
    guard let chosen, (points.first!.nprobe...points.last!.nprobe).contains(chosen) else { return nil }
    return "<line class=\"chosen\" x1=\"\(x(chosen))\" x2=\"\(x(chosen))\" y1=\"\(top)\" y2=\"\(top + height)\"/>"
  }

  private func line(_ name: String, _ place: Int) -> HTML {
    let known = points.compactMap { point in point.values[name].map { (x(point.nprobe), y($0), point.nprobe, $0) } }
    let path = known.map { point -> HTML in "\(point.0),\(point.1) " }
    let dots = known.map { point -> HTML in
      """
      <circle cx="\(point.0)" cy="\(point.1)" r="3.5"><title>\(name) \(Figure.short(point.3)) at nprobe \(Figure.short(point.2))</title></circle>
      """
    }
    return "<g class=\"line s\(place)\"><polyline points=\"\(path)\"/>\(dots)</g>\n"
  }

  private func legend(_ name: String, _ place: Int) -> HTML {
    let best = points.last.flatMap { $0.values[name] }.map { Figure.short($0) } ?? ""
    return "<span class=\"key s\(place)\">\((try? QualityFigure(name))?.shortName ?? name) <small>up to \(best)</small></span> "
  }

  /// Logarithmic: nprobe is doubled from point to point.
  private func x(_ nprobe: Double) -> Double {
    var low = points.first!.nprobe, high = points.last!.nprobe
    (low, high) = (Self.log2(low), Self.log2(high))
    return left + (Self.log2(nprobe) - low) / (high - low) * width
  }

  private func y(_ value: Double) -> Double { top + (1 - value) * height }

  /// Good enough to place a mark: exact for powers of two, straight between them.
  private static func log2(_ value: Double) -> Double { Double(value.exponent) + value.significand - 1 }
}
