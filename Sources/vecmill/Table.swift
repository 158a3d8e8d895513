import Reports

/// Rows of text in columns that fit a terminal; the last column takes what is left.
struct Table {
  var columns: [String]
  /// Numbers stand at the right.
  var rightAligned: Set<Int> = []
  var rows: [[String]]

  func text(width: Int) -> String {
    let cells = ([columns] + rows).map { $0.map(SafeText.escaped) }
    let widths = widths(cells, width)
    return cells.map { line($0, widths) + "\n" }.joined()
  }

  private func line(_ cells: [String], _ widths: [Int]) -> String {
    let padded = zip(cells, widths).enumerated().map { place, cell in
      let text = DisplayWidth.truncated(cell.0, to: cell.1)
      return rightAligned.contains(place) ? DisplayWidth.paddedLeft(text, to: cell.1) : DisplayWidth.padded(text, to: cell.1)
    }
    let line = padded.joined(separator: "  ")
    return String(line.reversed().drop { $0 == " " }.reversed())
  }

  /// Every column as wide as its widest cell; where that is too much, the widest of the texts gives way first.
  private func widths(_ cells: [[String]], _ total: Int) -> [Int] {
    var widths = columns.indices.map { column in cells.map { DisplayWidth.of($0[column]) }.max() ?? 0 }
    var excess = widths.reduce(0, +) + 2 * (columns.count - 1) - total
    while excess > 0 {
      let texts = columns.indices.filter { !rightAligned.contains($0) && widths[$0] > 8 }
      guard let widest = texts.max(by: { widths[$0] < widths[$1] }) else { break }
      let next = texts.filter { $0 != widest }.map { widths[$0] }.max() ?? 8
      let cut = max(1, min(excess, widths[widest] - max(8, next)))
      widths[widest] -= cut
      excess -= cut
    }
    return widths
  }
}
