import Quality

extension ReportPage {
  func qualitySection(_ evaluation: Evaluation) -> HTML {
    var body: HTML = ""
    if let figures = evaluation.figures {
      if let gate = evaluation.gate { body += GateTable(gate).html }
      let tiles = figures.sorted.filter { QualityTile.isShown($0.name) }.map { name, value in
        tile(QualityTile.title(name), QualityTile.text(name, value), QualityTile.detail(name, evaluation.gate?.intervals[name]))
      }
      body += "<dl class=\"tiles small\">\(tiles)\(latency(evaluation.latency))</dl>"
      if let chart = RecallChart(figures) { body += chart.html }
    } else if evaluation.latency != nil {
      body += "<dl class=\"tiles small\">\(latency(evaluation.latency))</dl>"
    }
    if let contact = evaluation.contact {
      if let changes = contact.changes, !changes.isEmpty { body += ChangeStrips(changes).html }
      body += contactSheet(contact)
    }
    return section("Quality", note: note(evaluation), body)
  }

  private func note(_ evaluation: Evaluation) -> String {
    guard let figures = evaluation.figures else { return evaluation.stage }
    return [
      evaluation.stage, figures.index, figures.metric, figures.nprobe.map { "nprobe \($0)" },
      figures.queries.map { Figure.count($0, "query", "queries") }, figures.items.map { Figure.count($0, "item") },
    ].compactMap { $0 }.joined(separator: " · ")
  }

  private func latency(_ latency: Latency?) -> [HTML] {
    guard let latency else { return [] }
    let threads = latency.threads.map { Figure.count($0, "thread") } ?? ""
    return ["mean", "p50", "p95", "p99"].compactMap { name in
      (latency.latency_ms[name] ?? nil).map {
        tile("Latency \(name)", Figure.short(($0 * 1000).rounded() / 1000) + " ms", threads)
      }
    }
  }

  private func contactSheet(_ sheet: ContactSheet) -> HTML {
    let shown = sheet.queries.prefix(24)
    let rows = shown.map { entry -> HTML in
      """
      <div class="strip"><div class="query">\(ItemCard.html(entry.query, isQuery: true))</div>
      <div class="hits">\(entry.hits.prefix(10).map { ItemCard.html($0, isQuery: false) })</div></div>

      """
    }
    let style: HTML = sheet.queries.contains { $0.query.jpeg != nil } ? "contact" : "contact texts"
    return "<h3>Queries and their nearest</h3><div class=\"\(style)\">\(rows)</div>"
  }
}
