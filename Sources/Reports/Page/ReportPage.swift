import Artifacts

/// `report.html`: one file without scripts, that fetches nothing, in light and dark, for a screen of any width and for paper.
struct ReportPage {
  let contents: ReportContents
  var record: RunRecord { contents.record }

  init(_ contents: ReportContents) { self.contents = contents }

  var html: String {
    let main: HTML = """
      \(header)
      \(failure)
      \(timelineSection)
      \(stagesSection)
      \(trialsSections)
      \(contents.evaluations.map(qualitySection))
      \(rejectsSection)
      \(planSection)
      \(lineageSection)
      \(pipelineSection)
      """
    return PageFrame.html(
      title: "\(record.request.pipeline) · \(outcome.words)", version: record.request.version, main: main,
      footer:
        "Vecmill \(record.request.version) · pipeline file \(short(record.pipelineDigest.hex)) · process \(record.host.process)"
    )
  }

  var outcome: (words: String, style: HTML) {
    switch record.outcome {
    case .running: ("running", "warn")
    case .done: ("done", "good")
    case .fresh: ("nothing to do", "good")
    case .failed: ("failed", "bad")
    case .tooManyRejects: ("too many rejects", "bad")
    case .gateNotMet: ("quality gate not met", "bad")
    case .interrupted: ("interrupted", "warn")
    }
  }

  private var header: HTML {
    """
    <header>
    <p class="eyebrow">Vecmill run</p>
    <h1>\(record.request.pipeline) <span class="pill \(outcome.style)">\(outcome.words)</span></h1>
    <p class="when"><time datetime="\(record.started)">\(readable(record.started))</time>\(record.exitCode.map { " · exit \($0)" })</p>
    <dl class="tiles">\(tiles)</dl>
    </header>
    """
  }

  private var tiles: [HTML] {
    let entering = record.stages.filter { $0.inputs.isEmpty }
    let sources = record.sources.reduce(0) { $0 + $1.size }
    var tiles = [
      tile(
        "Time", Figure.seconds(record.seconds ?? 0),
        "\(Figure.count(record.request.jobs, "job")) at a time, \(Figure.count(record.host.cpus, "CPU"))"),
      tile(
        "Records", Figure.count(entering.reduce(0) { $0 + ($1.rows ?? 0) }),
        "from \(Figure.count(record.sources.count, "source")), \(Figure.bytes(sources))"),
      tile("Rejects", Figure.count(record.rejected), "\(Figure.count(contents.rejects.count, "reason"))"),
      tile("Stages", "\(Figure.count(record.stages.count { $0.state == .done })) done", others),
    ]
    if let peak = record.memory.peak {
      tiles.append(tile("Peak memory", Figure.memory(peak), "ceiling \(Figure.memory(record.memory.ceiling))"))
    }
    return tiles
  }

  /// `1 failed, 2 fresh`
  private var others: String {
    let words: [(StageProgress.State, String)] = [
      (.failed, "failed"), (.running, "stopped"), (.waiting, "not begun"), (.fresh, "fresh"),
    ]
    let counts = words.compactMap { state, word in
      let count = record.stages.count { $0.state == state }
      return count > 0 ? "\(Figure.count(count)) \(word)" : nil
    }
    return counts.isEmpty ? "all of them" : counts.joined(separator: ", ")
  }

  func tile(_ name: String, _ value: String, _ detail: String) -> HTML {
    "<div><dt>\(name)</dt><dd>\(value)<small>\(detail)</small></dd></div>"
  }

  private var failure: HTML? {
    record.error.map { error in
      let place = [error.stage.map { "stage \($0)" }, error.job.map { "job \($0)" }].compactMap { $0 }.joined(separator: ", ")
      let style: HTML = record.outcome == .interrupted ? "warn" : "bad"
      return """
        <section class="callout \(style)"><h2>\(place.isEmpty ? outcome.words : place)</h2><p>\(error.message)</p></section>
        """
    }
  }

  private var pipelineSection: HTML {
    section(
      "Pipeline file", note: "\(record.request.file)", "<pre class=\"file\">\(lines: record.request.text)</pre>")
  }

  func section(_ title: String, note: String = "", _ body: HTML) -> HTML {
    let note: HTML? = note.isEmpty ? nil : "<span class=\"note\">\(note)</span>"
    return "<section><h2>\(title)\(note)</h2>\(body)</section>\n"
  }

  /// The beginning of a digest, the whole of it in a tooltip.
  func short(_ hex: String) -> HTML { "<code title=\"\(hex)\">\(String(hex.prefix(12)))</code>" }

  /// `2026-11-23 21:58:17 UTC`
  private func readable(_ iso: String) -> String {
    iso.count >= 19 ? iso.prefix(10) + " " + iso.dropFirst(11).prefix(8) + " UTC" : iso
  }
}
