import Quality

/// The verdicts of a gate: what was measured, how sure that is, what was required.
struct GateTable {
  private let report: GateReport

  init(_ report: GateReport) { self.report = report }

  /// Nothing where nothing was required.
  var html: HTML {
    guard !report.verdicts.isEmpty else { return "" }
    let rows = report.verdicts.map(row)
    return """
      \(against)<table class="verdicts"><thead><tr><th>Condition</th><th class="n">Measured</th><th class="n">95 % interval</th>\
      <th class="n">Bound</th><th class="n">Champion</th><th>Verdict</th></tr></thead><tbody>\(rows)</tbody></table>
      """
  }

  private var against: HTML? {
    if let champion = report.champion {
      let note: HTML? = champion.note.map { " · \($0)" }
      return """
        <p class="against">against <b>\(champion.name)@\(champion.version)</b> <code title="\(champion.digest)">\(String(champion.digest.prefix(12)))</code>\(note)</p>
        """
    }
    return report.compared.map { "<p class=\"against\">there is no champion of <b>\($0)</b> yet</p>" }
  }

  private func row(_ verdict: Verdict) -> HTML {
    let unit = verdict.unit
    let (style, word): (HTML, String) =
      switch (verdict.outcome, verdict.isWarning) {
      case (.met, _): ("good", "met")
      case (.skipped, _): ("", verdict.isWarning ? (verdict.value == nil ? "not measured" : "not compared") : "passed")
      case (.missed, true): ("warn", "warning")
      case (.missed, false): ("bad", "missed")
      }
    let margin = verdict.margin.map { "margin \(unit.text($0[0])) to \(unit.text($0[1]))" }
    let notes = [margin, verdict.note].compactMap { $0 }.joined(separator: " · ")
    let fine: HTML? = notes.isEmpty ? nil : "<small>\(notes)</small>"
    return """
      <tr><th scope="row">\(verdict.figure) <code>\(verdict.threshold)</code>\(fine)</th>\
      \(cell("Measured", verdict.value.map { unit.text($0) }))\
      \(cell("95 % interval", verdict.interval.map { "\(unit.text($0[0])) – \(unit.text($0[1]))" }))\
      \(cell("Bound", verdict.bound.map { unit.text($0) }))\(cell("Champion", verdict.champion.map { unit.text($0) }))\
      <td data-label="Verdict"><span class="state \(style)">\(word)</span></td></tr>

      """
  }

  private func cell(_ label: HTML, _ text: String?) -> HTML {
    text.map { "<td class=\"n\" data-label=\"\(label)\">\($0)</td>" } ?? "<td class=\"n none\" data-label=\"\(label)\">–</td>"
  }
}
