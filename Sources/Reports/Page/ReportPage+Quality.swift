extension ReportPage {
  func qualitySection(_ evaluation: Evaluation) -> HTML {
    var body: HTML = ""
    if let figures = evaluation.figures {
      body += "\(requirements((figures.requirements ?? []) + (evaluation.latency?.requirements ?? [])))"
      let tiles = figures.sorted.map { tile(title($0.name), figure($0.name, $0.value), detail($0.name)) }
      body += "<dl class=\"tiles small\">\(tiles)\(latency(evaluation.latency))</dl>"
      if let chart = RecallChart(figures) { body += chart.html }
    } else if evaluation.latency != nil {
      body += "<dl class=\"tiles small\">\(latency(evaluation.latency))</dl>"
    }
    if let contact = evaluation.contact { body += contactSheet(contact) }
    return section("Quality", note: note(evaluation), body)
  }

  private func note(_ evaluation: Evaluation) -> String {
    guard let figures = evaluation.figures else { return evaluation.stage }
    return [
      evaluation.stage, figures.index, figures.metric, figures.nprobe.map { "nprobe \($0)" },
      figures.queries.map { Figure.count($0, "query", "queries") }, figures.items.map { Figure.count($0, "item") },
    ].compactMap { $0 }.joined(separator: " · ")
  }

  private func requirements(_ requirements: [EvaluationFigures.Requirement]) -> HTML? {
    guard !requirements.isEmpty else { return nil }
    let rows = requirements.map { requirement -> HTML in
      let style: HTML = requirement.isMet ? "good" : "bad"
      let value = requirement.value.map { figure(requirement.figure, $0) } ?? "not measured"
      return """
        <li class="\(style)"><b>\(requirement.figure)</b> \(value)\
        <small>\(requirement.isMet ? "meets" : "misses") \(requirement.threshold)</small></li>
        """
    }
    return "<ul class=\"gates\">\(rows)</ul>"
  }

  private func figure(_ name: String, _ value: Double) -> String {
    name.contains("@") ? Figure.fixed(value, 3) : Figure.short((value * 100).rounded() / 100)
  }

  private func title(_ name: String) -> String {
    name.contains("@") ? name : name.prefix(1).uppercased() + name.dropFirst().map { $0 == "_" ? " " : String($0) }.joined()
  }

  private func detail(_ name: String) -> String {
    let parts = name.split(separator: "@")
    guard parts.count == 2, let k = Int(parts[1]) else { return name == "bytes_per_vector" ? "in the index" : "" }
    if parts[0] == "R" { return "nearest one among the first \(k)" }
    return parts[0].hasSuffix("-recall") ? "of the \(parts[0].dropLast(7)) nearest, among the first \(k)" : ""
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
      <div class="strip"><div class="query">\(card(entry.query, isQuery: true))</div>
      <div class="hits">\(entry.hits.prefix(10).map { card($0, isQuery: false) })</div></div>

      """
    }
    let style: HTML = sheet.queries.contains { $0.query.jpeg != nil } ? "contact" : "contact texts"
    return "<h3>Queries and their nearest</h3><div class=\"\(style)\">\(rows)</div>"
  }

  private func card(_ item: ContactSheet.Item, isQuery: Bool) -> HTML {
    let name = item.entry ?? item.id.map { String($0) } ?? ""
    let place = [item.archive, item.entry].compactMap { $0 }.joined(separator: " › ")
    var picture: HTML = "<p class=\"words\">\(String((item.text ?? item.caption ?? name).prefix(240)))</p>"
    if let jpeg = item.jpeg, Self.isBase64(jpeg) {
      picture = "<img alt=\"\(item.caption ?? name)\" src=\"data:image/jpeg;base64,\(jpeg)\">"
    }
    let score: HTML? = item.score.map { "<b>\(Figure.fixed($0, 3))</b>" }
    let caption = item.jpeg == nil ? nil : item.caption
    let words: HTML = isQuery ? "<b>query</b> <span>\(caption ?? name)</span>" : "\(score) <span>\(caption ?? name)</span>"
    return "<figure title=\"\(place)\">\(picture)<figcaption>\(words)</figcaption></figure>\n"
  }

  private static func isBase64(_ text: String) -> Bool {
    text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="):
        true
      default: false
      }
    }
  }
}
