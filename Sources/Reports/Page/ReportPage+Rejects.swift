extension ReportPage {
  var rejectsSection: HTML? {
    guard !contents.rejects.isEmpty else { return nil }
    let most = contents.rejects.map(\.count).max() ?? 1
    let body: HTML = "\(contents.rejects.map { group($0, most) })"
    return section(
      "Rejects", note: "\(Figure.count(record.rejected)) in all; each is a line of its artifact's rejects.jsonl", body)
  }

  private func group(_ group: RejectGroup, _ most: Int) -> HTML {
    let rows = group.examples.map(example)
    let list: HTML? = rows.isEmpty ? nil : "<ul class=\"examples\">\(rows)</ul>"
    let more = group.count - group.examples.count
    let rest: HTML? = more > 0 && !rows.isEmpty ? "<p class=\"fine\">and \(Figure.count(more)) more</p>" : nil
    return """
      <article class="reject"><h3><code>\(group.code)</code><span>\(Figure.count(group.count))</span><small>\(group.stage)</small></h3>
      <span class="meter wide"><i style="width:\(Double(group.count) / Double(max(1, most)) * 100)%"></i></span>
      \(list)\(rest)</article>

      """
  }

  private func example(_ example: RejectGroup.Example) -> HTML {
    let place = [example.archive, example.entry].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: " › ")
    let offset = example.offset.map { "at byte \(Figure.count($0))" } ?? example.ordinal.map { "entry \(Figure.count($0))" }
    return "<li><span class=\"path\">\(place)</span> <small>\(offset ?? "")</small><p>\(example.message ?? "")</p></li>\n"
  }
}
