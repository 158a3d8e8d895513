extension ReportPage {
  /// What each index stage tried.
  var trialsSections: [HTML] {
    record.stages.flatMap { stage in
      [stage.trials.map { trials("Trials of types", stage.name, $0) }, stage.tuning.map { trials("Tuning", stage.name, $0) }]
        .compactMap { $0 }
    }
  }

  private func trials(_ title: String, _ stage: String, _ trials: IndexTrials) -> HTML {
    let note =
      "\(stage) · \(Figure.count(trials.vectors)) of \(Figure.count(trials.of)) vectors · \(Figure.count(trials.queries, "query", "queries"))"
    let front = Set(trials.front)
    // Every way on the front, the one taken, and of each other type the one that found most.
    var best: [String: Int] = [:]
    for (place, trial) in trials.trials.enumerated()
    where trial.recall > trials.trials[best[trial.type] ?? place].recall || best[trial.type] == nil {
      best[trial.type] = place
    }
    let shown = trials.trials.indices.filter { front.contains($0) || trials.chosen == $0 || best[trials.trials[$0].type] == $0 }
    let rows = shown.sorted { (trials.trials[$0].bytes, $0) < (trials.trials[$1].bytes, $1) }.map {
      row(trials.trials[$0], isChosen: trials.chosen == $0)
    }
    let body: HTML = """
      \(TrialChart(trials)?.html)
      <table><thead><tr><th>Index</th><th class="n">Bytes</th><th class="n">recall@10</th><th class="n">Median query</th><th>Outcome</th></tr></thead>
      <tbody>\(rows)</tbody></table>
      <p class="fine">Of each type the setting that found most, and all that no other beats in size and recall; \(Figure.count(trials.trials.count)) \
      were tried. Times are of one query alone on one thread\(trials.vectors < trials.of ? ", in proportion to all vectors" : "").</p>
      """
    return section(title, note: note, body)
  }

  private func row(_ trial: IndexTrials.Trial, isChosen: Bool) -> HTML {
    let outcome: HTML =
      isChosen
      ? "<span class=\"state good\">taken</span>"
      : trial.misses.isEmpty ? "meets all" : "misses \(trial.misses.joined(separator: ", "))"
    return """
      <tr><th scope="row">\(trial.words)</th><td class="n" data-label="Bytes">\(Figure.bytes(trial.bytes))</td>\
      <td class="n" data-label="recall@10">\(Figure.fixed(trial.recall, 3))</td>\
      <td class="n" data-label="Median query">\(trial.milliseconds.map { Figure.fixed($0, 3) + " ms" } ?? "–")</td>\
      <td data-label="Outcome">\(outcome)</td></tr>

      """
  }
}
