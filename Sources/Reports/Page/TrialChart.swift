/// Recall over the size of the index, every trial a dot, those joined that no other beats in both.
struct TrialChart {
  private let trials: IndexTrials
  private let left = 44.0, top = 12.0, width = 560.0, height = 220.0
  private let low: Double, high: Double

  /// Nil where all trials have one size.
  init?(_ trials: IndexTrials) {
    let sizes = trials.trials.map { Double($0.bytes) }
    guard let least = sizes.min(), let most = sizes.max(), least > 0, most > least else { return nil }
    self.trials = trials
    (low, high) = (least, most)
  }

  var html: HTML {
    """
    <figure class="chart"><svg viewBox="0 0 620 282" role="img" aria-label="Recall over index size">
    <g class="grid">\(grid)</g>\(limits)\(dots)\(front)
    <text x="\(left + width / 2)" y="278" text-anchor="middle">bytes of the index, for \(Figure.count(trials.of)) vectors</text></svg>
    <figcaption><span class="key s0">no other is both smaller and better</span> <span class="key s3">other trials</span>\(chosenKey)</figcaption></figure>
    """
  }

  private var grid: [HTML] {
    let levels = [0, 0.25, 0.5, 0.75, 1.0].map { level -> HTML in
      """
      <line x1="\(left)" x2="\(left + width)" y1="\(y(level))" y2="\(y(level))"/>\
      <text x="\(left - 8)" y="\(y(level) + 4)" text-anchor="end">\(Figure.short(level))</text>
      """
    }
    let marks = [(low, "start"), ((low * high).squareRoot(), "middle"), (high, "end")].map { size, anchor -> HTML in
      "<text x=\"\(x(size))\" y=\"\(top + height + 18)\" text-anchor=\"\(HTML(stringLiteral: anchor))\">\(Figure.bytes(Int(size)))</text>"
    }
    return levels + marks
  }

  /// What was asked for, as far as it lies within the drawing.
  private var limits: HTML {
    var lines: HTML = ""
    if let recall = trials.constraints.recall {
      lines += "<line class=\"chosen\" x1=\"\(left)\" x2=\"\(left + width)\" y1=\"\(y(recall))\" y2=\"\(y(recall))\"/>"
    }
    if let memory = trials.constraints.memory.map(Double.init), memory > low, memory < high {
      lines += "<line class=\"chosen\" x1=\"\(x(memory))\" x2=\"\(x(memory))\" y1=\"\(top)\" y2=\"\(top + height)\"/>"
    }
    return lines
  }

  private var dots: HTML {
    let front = Set(trials.front)
    let others = trials.trials.indices.filter { !front.contains($0) }.map { dot($0, radius: 2.5) }
    return "<g class=\"line s3\">\(others)</g>\n"
  }

  private var front: HTML {
    let path = trials.front.map { place -> HTML in "\(x(place)),\(y(trials.trials[place].recall)) " }
    let dots = trials.front.map { dot($0, radius: 3.5) }
    let chosen = trials.chosen.map { dot($0, radius: 6) }
    return "<g class=\"line s0\"><polyline points=\"\(path)\"/>\(dots)</g>\n<g class=\"line s2\">\(chosen)</g>\n"
  }

  private var chosenKey: HTML? {
    trials.chosen.map { "<span class=\"key s2\">taken: \(trials.trials[$0].words)</span>" }
  }

  private func dot(_ place: Int, radius: Double) -> HTML {
    let trial = trials.trials[place]
    return """
      <circle cx="\(x(place))" cy="\(y(trial.recall))" r="\(radius)"><title>\(trial.words): recall@10 \(Figure.short(trial.recall)), \
      \(Figure.bytes(trial.bytes))</title></circle>
      """
  }

  private func x(_ place: Int) -> Double { x(Double(trials.trials[place].bytes)) }

  /// Logarithmic.
  private func x(_ size: Double) -> Double {
    left + (Self.log2(size) - Self.log2(low)) / (Self.log2(high) - Self.log2(low)) * width
  }

  private func y(_ value: Double) -> Double { top + (1 - value) * height }

  /// Good enough to place a mark: exact for powers of two, straight between them.
  private static func log2(_ value: Double) -> Double { Double(value.exponent) + value.significand - 1 }
}

extension IndexTrials.Trial {
  var words: String {
    ([type] + [nprobe.map { "nprobe \($0)" }, refinement.map { "refinement \(Figure.short($0))" }].compactMap { $0 })
      .joined(separator: ", ")
  }
}
