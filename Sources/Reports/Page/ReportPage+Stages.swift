extension ReportPage {
  var stagesSection: HTML {
    let stages = record.stages
    let body: HTML = """
      <table class="stages"><thead><tr><th>Stage</th><th>Outcome</th><th class="n">Rows</th><th class="n">Rejects</th>\
      <th class="n">Time</th><th class="n">Items/s</th><th class="n">Bytes/s</th><th class="n">Memory</th><th class="n">Jobs</th><th class="n">On disk</th></tr></thead>
      <tbody>\(stages.map(stageRow))</tbody></table>
      \(decisions)
      <p class="fine">Time is that in which at least one job of the stage ran; items and bytes a second are over that time. Memory is the highest of the \
      whole process while the stage ran: stages run side by side.</p>
      """
    return section("Stages", body)
  }

  /// What was made and what was taken from before, and what was decided about training: a sentence each.
  private var decisions: HTML {
    let lines = record.stages.filter { $0.state == .done }.flatMap { stage -> [HTML] in
      [stage.reuse?.sentence, stage.training?.sentence].compactMap { $0 }.map { "<li><b>\(stage.name)</b> \($0)</li>" }
    }
    return lines.isEmpty ? "" : "<ul class=\"fine facts\">\(lines)</ul>"
  }

  private func stageRow(_ stage: RunRecord.Stage) -> HTML {
    let hasRun = stage.state != .fresh && stage.jobs > 0
    return """
      <tr class="\(HTML(stringLiteral: stage.state.rawValue))"><th scope="row">\(stage.name)<small>\(stage.kind)</small></th>
      \(cell("Outcome", state(stage)))
      \(number("Rows", stage.rows.flatMap { $0 > 0 ? Figure.count($0) : nil }))
      \(number("Rejects", stage.rejected > 0 ? Figure.count(stage.rejected) : nil))
      \(number("Time", hasRun ? Figure.seconds(stage.activeSeconds) : nil))
      \(meter("Items/s", stage.itemsPerSecond, highest(\.itemsPerSecond)) { Figure.rate($0) })
      \(meter("Bytes/s", stage.bytesPerSecond, highest(\.bytesPerSecond)) { Figure.byteRate($0) })
      \(meter("Memory", stage.peakMemory.map { Double($0) }, highest { $0.peakMemory.map { Double($0) } }) { Figure.memory(Int($0)) })
      \(number("Jobs", stage.jobs > 0 ? jobs(stage) : nil))
      \(number("On disk", stage.bytes.map { Figure.bytes($0) }))</tr>

      """
  }

  private func state(_ stage: RunRecord.Stage) -> HTML {
    switch stage.state {
    case .done: "<span class=\"state good\">done</span>"
    case .fresh: "<span class=\"state\">fresh</span>"
    case .failed: "<span class=\"state bad\">failed</span>"
    case .running: "<span class=\"state warn\">stopped</span>"
    case .waiting: "<span class=\"state\">not begun</span>"
    }
  }

  private func jobs(_ stage: RunRecord.Stage) -> String {
    let count = Figure.count(stage.jobs)
    if stage.reusedJobs == 0 { return count }
    return "\(count), \(stage.reusedJobs == stage.jobs ? "all" : Figure.count(stage.reusedJobs)) reused"
  }

  private func highest(_ value: (RunRecord.Stage) -> Double?) -> Double { record.stages.compactMap(value).max() ?? 0 }

  private func cell(_ name: HTML, _ value: HTML) -> HTML { "<td data-label=\"\(name)\">\(value)</td>" }

  private func number(_ name: HTML, _ value: String?) -> HTML {
    guard let value else { return "<td class=\"n none\" data-label=\"\(name)\">–</td>" }
    return "<td class=\"n\" data-label=\"\(name)\">\(value)</td>"
  }

  /// A figure with a small bar that compares it with the other stages'.
  private func meter(_ name: HTML, _ value: Double?, _ highest: Double, _ words: (Double) -> String) -> HTML {
    guard let value, highest > 0 else { return number(name, nil) }
    let width = value / highest * 100
    return
      "<td class=\"n\" data-label=\"\(name)\">\(words(value))<span class=\"meter\"><i style=\"width:\(width)%\"></i></span></td>"
  }
}
