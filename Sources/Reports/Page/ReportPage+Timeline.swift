extension ReportPage {
  /// Jobs side by side that are drawn one by one; above this only how many there were.
  private static var lanes: Int { 16 }
  /// Width of the drawings, which are stretched to the page.
  private static var width: Double { 1000 }

  var timelineSection: HTML? {
    guard record.stages.contains(where: { $0.state != .fresh }) else { return nil }
    let rows = zip(record.stages, contents.timeline.stages).filter { $0.0.state != .fresh }.map(row)
    return section(
      "Time line", note: "every bar is a job; where there are too many, the height is how many ran at a time",
      "<div class=\"gantt\">\(rows)\(memoryRow)<div class=\"track axis\"><div></div><div class=\"plot\">\(axis)</div></div></div>"
    )
  }

  private func row(_ stage: RunRecord.Stage, _ line: Timeline.Stage) -> HTML {
    let words =
      stage.state == .failed ? "failed" : stage.state == .done ? Figure.seconds(stage.activeSeconds) : stage.state.rawValue
    return """
      <div class="track"><div class="name">\(stage.name)<small>\(words)</small></div>
      <div class="plot">\(drawing(stage, line))</div></div>

      """
  }

  private func drawing(_ stage: RunRecord.Stage, _ line: Timeline.Stage) -> HTML {
    let style: HTML = stage.state == .failed ? "job failed" : "job"
    if let spans = line.spans {
      let lanes = Self.lanes(spans)
      let count = (lanes.max() ?? 0) + 1
      if count <= Self.lanes {
        let height = count == 1 ? 14.0 : max(3, 28 / Double(count))
        return svg(height: Double(count) * (height + 1), zip(spans, lanes).map { bar($0, $1, height, style) })
      }
    }
    return svg(height: 36, [area(line.histogram.jobs, width: line.histogram.width, height: 36, style)])
  }

  /// The first lane that is free for each span.
  private static func lanes(_ spans: [Timeline.Span]) -> [Int] {
    var ends: [Double] = []
    var lanes = [Int](repeating: 0, count: spans.count)
    for place in spans.indices.sorted(by: { spans[$0].start < spans[$1].start }) {
      // Jobs that follow each other at once may overlap by the time it takes to tell of them.
      let lane = ends.firstIndex { $0 <= spans[place].start + 1e-4 } ?? ends.count
      if lane == ends.count { ends.append(0) }
      ends[lane] = spans[place].end
      lanes[place] = lane
    }
    return lanes
  }

  private func bar(_ span: Timeline.Span, _ lane: Int, _ height: Double, _ style: HTML) -> HTML {
    let start = min(x(span.start), Self.width - 1.2)
    // A gap of a hair between neighbours, but never nothing.
    let width = max(1.2, x(span.end) - start - 0.6)
    let cut: HTML? = span.isCut && record.outcome == .interrupted ? " cut" : nil
    return """
      <rect class="\(style)\(cut)" x="\(start)" y="\(Double(lane) * (height + 1))" width="\(width)" height="\(height)">\
      <title>\(Figure.fixed(span.start, 2)) s to \(Figure.fixed(span.end, 2)) s</title></rect>
      """
  }

  private func area(_ jobs: [Double], width: Double, height: Double, _ style: HTML) -> HTML {
    let peak = max(jobs.max() ?? 0, 1e-9)
    var points: HTML = "0,\(height) "
    for (bin, value) in jobs.enumerated() where Double(bin) * width < contents.duration {
      let y = height * (1 - value / peak)
      points += "\(x(Double(bin) * width)),\(y) \(x(Double(bin + 1) * width)),\(y) "
    }
    return "<polygon class=\"\(style)\" points=\"\(points)\(x(contents.duration)),\(height)\"/>"
  }

  private var memoryRow: HTML? {
    guard contents.memory.samples.count > 1, let peak = contents.memory.peak, peak > 0 else { return nil }
    let height = 36.0
    let top = Double(peak) * 1.1
    var points: HTML = "0,\(height) "
    for sample in contents.memory.samples { points += "\(x(sample.time)),\(height * (1 - Double(sample.bytes) / top)) " }
    let last = contents.memory.samples.last!
    points += "\(Self.width),\(height * (1 - Double(last.bytes) / top)) \(Self.width),\(height)"
    return """
      <div class="track memory"><div class="name">memory<small>peak \(Figure.memory(record.memory.peak ?? peak))</small></div>
      <div class="plot">\(svg(height: height, ["<polygon class=\"memory\" points=\"\(points)\"/>"]))</div></div>

      """
  }

  private func svg(height: Double, _ marks: [HTML]) -> HTML {
    let grid = ticks.map { tick -> HTML in "<line x1=\"\(x(tick))\" x2=\"\(x(tick))\" y1=\"0\" y2=\"\(height)\"/>" }
    return """
      <svg viewBox="0 0 1000 \(height)" height="\(height)" preserveAspectRatio="none" aria-hidden="true"><g class="grid">\(grid)</g>\(marks)</svg>
      """
  }

  private var axis: [HTML] {
    ticks.map { "<span style=\"left:\($0 / contents.duration * 100)%\">\($0 == 0 ? "0" : Self.label($0))</span>" }
  }

  /// Round times, four to eight of them.
  private var ticks: [Double] {
    let steps = [
      0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400,
      28800, 86400,
    ]
    let step = steps.first { contents.duration / $0 <= 7 } ?? 86400 * (contents.duration / 86400 / 6).rounded(.up)
    return stride(from: 0, to: contents.duration * 0.96, by: step).map { $0 }
  }

  private static func label(_ time: Double) -> String {
    time < 1 ? "\(Figure.short(time)) s" : time < 120 ? "\(Figure.short(time)) s" : Figure.clock(time.rounded())
  }

  private func x(_ time: Double) -> Double { min(Self.width, max(0, time / contents.duration * Self.width)) }
}
