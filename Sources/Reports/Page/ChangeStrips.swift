/// The queries whose answers changed most, with both rows of answers: what only one of them has is framed.
struct ChangeStrips {
  private let changes: [ContactSheet.Change]
  private let names: (old: String, new: String)

  init(_ changes: [ContactSheet.Change], names: (old: String, new: String) = ("champion", "new")) {
    self.changes = changes
    self.names = names
  }

  var html: HTML {
    let rows = changes.prefix(24).map { change -> HTML in
      let (old, new) = (Set(change.old.compactMap(\.id)), Set(change.new.compactMap(\.id)))
      return """
        <div class="strip"><div class="query">\(ItemCard.html(change.query, isQuery: true))<p class="fine">overlap \(Figure.fixed(change.overlap, 2))</p></div>
        <div class="both">\(row(names.old, change.old, lost: new, "gone"))\(row(names.new, change.new, lost: old, "came"))</div></div>

        """
    }
    let style: HTML = changes.contains { $0.query.jpeg != nil } ? "contact changes" : "contact texts changes"
    return """
      <h3>Queries whose answers changed most<small>framed: in one of the two only</small></h3><div class="\(style)">\(rows)</div>
      """
  }

  private func row(_ name: String, _ items: [ContactSheet.Item], lost other: Set<Int64>, _ word: HTML) -> HTML {
    let cards = items.prefix(10).map { item in
      ItemCard.html(item, isQuery: false, style: item.id.map { other.contains($0) } == false ? word : "")
    }
    return "<p class=\"fine\">\(name)</p><div class=\"hits\">\(cards)</div>"
  }
}
