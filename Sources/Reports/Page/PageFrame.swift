/// A page of its own: one file without scripts, that fetches nothing, in the style of the run's report.
enum PageFrame {
  /// - Parameters:
  ///   - eyebrow: what kind of page it is, above the title.
  ///   - note: below the title.
  static func html(eyebrow: String, title: String, note: String, version: String, body: HTML) -> String {
    let header: HTML = """
      <header><p class="eyebrow">\(eyebrow)</p><h1>\(title)</h1><p class="when">\(note)</p></header>
      """
    return html(title: title, version: version, main: header + body, footer: "Vecmill \(version)")
  }

  /// - Parameter title: of the window.
  static func html(title: String, version: String, main: HTML, footer: String) -> String {
    let page: HTML = """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta name="generator" content="Vecmill \(version)">
      <title>\(title) · Vecmill</title>
      <style>\(ReportStyle.sheet)</style>
      </head>
      <body>
      <main>
      \(main)
      </main>
      <footer>\(footer)</footer>
      </body>
      </html>

      """
    return page.text
  }

  static func section(_ title: String, note: String = "", _ body: HTML) -> HTML {
    let note: HTML? = note.isEmpty ? nil : "<span class=\"note\">\(note)</span>"
    return "<section><h2>\(title)\(note)</h2>\(body)</section>\n"
  }

  /// A table whose first column names the row; numbers stand at the right.
  ///
  /// - Parameter styles: the state of a row's last cell, `good`, `warn` or `bad`; none for plain text.
  static func table(_ columns: [String], _ rows: [[String]], styles: [HTML?] = []) -> HTML {
    let head = columns.enumerated().map { place, column -> HTML in
      place == 0 ? "<th>\(column)</th>" : "<th class=\"n\">\(column)</th>"
    }
    let body = rows.enumerated().map { number, row -> HTML in
      let cells = row.enumerated().dropFirst().map { place, text -> HTML in
        if place == row.count - 1, number < styles.count, let style = styles[number] {
          return "<td class=\"n\" data-label=\"\(columns[place])\"><span class=\"state \(style)\">\(text)</span></td>"
        }
        // Sentences wrap, figures do not.
        let style: HTML = text.isEmpty || text == "–" ? "n none" : text.count > 32 ? "n long" : "n"
        return "<td class=\"\(style)\" data-label=\"\(columns[place])\">\(text)</td>"
      }
      return "<tr><th scope=\"row\">\(row.first ?? "")</th>\(cells)</tr>\n"
    }
    return "<table><thead><tr>\(head)</tr></thead><tbody>\(body)</tbody></table>"
  }
}
