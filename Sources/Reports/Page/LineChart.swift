import Quality

/// Values of one figure over runs, as a drawing.
struct LineChart {
  struct Point {
    var value: Double
    var label: String
    /// Whether the gate was open.
    var isMet: Bool
  }

  let name: String
  let points: [Point]
  private let unit: FigureUnit
  private let left = 118.0, top = 14.0, width = 486.0, height = 120.0

  init?(_ name: String, _ points: [Point]) {
    guard !points.isEmpty else { return nil }
    self.name = name
    self.points = points
    unit = (try? QualityFigure(name))?.unit ?? .plain
  }

  var html: HTML {
    let values = points.map(\.value)
    var (low, high) = (values.min()!, values.max()!)
    if high - low < 1e-9 { (low, high) = (low - max(abs(low) * 0.05, 0.01), high + max(abs(high) * 0.05, 0.01)) }
    if unit == .share, values.allSatisfy({ (0...1).contains($0) }) { (low, high) = (max(0, low), min(1, high)) }
    func x(_ place: Int) -> Double {
      points.count == 1 ? left + width / 2 : left + Double(place) / Double(points.count - 1) * width
    }
    func y(_ value: Double) -> Double { top + (high - value) / (high - low) * height }
    let path = points.enumerated().map { place, point -> HTML in "\(x(place)),\(y(point.value)) " }
    let dots = points.enumerated().map { place, point -> HTML in
      let style: HTML = point.isMet ? "" : "missed"
      return """
        <circle class="\(style)" cx="\(x(place))" cy="\(y(point.value))" r="4"><title>\(point.label): \(unit.text(point.value))</title></circle>
        """
    }
    let grid = [low, (low + high) / 2, high].map { level -> HTML in
      """
      <line x1="\(left)" x2="\(left + width)" y1="\(y(level))" y2="\(y(level))"/><text x="\(left - 8)" y="\(y(level) + 4)" text-anchor="end">\(unit.text(level))</text>
      """
    }
    return """
      <figure class="chart trend"><figcaption><b>\(name)</b> <small>last \(unit.text(values.last!))</small></figcaption>\
      <svg viewBox="0 0 620 150" role="img" aria-label="\(name) over runs"><g class="grid">\(grid)</g>\
      <g class="line s0"><polyline points="\(path)"/>\(dots)</g></svg></figure>

      """
  }
}
