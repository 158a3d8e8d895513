/// The bars of the running stages, their figures in columns that line up; the least important ones give way in a narrow window.
struct ProgressTable: Sendable {
  private typealias Column = KeyPath<ProgressCells, String>

  private static var columns: [(cell: Column, width: Int)] {
    [(\.percent, 4), (\.counts, 0), (\.rate, 7), (\.byteRate, 9), (\.left, 9), (\.rejects, 0)]
  }

  /// Columns as they give way, the first to go first.
  private static var dispensable: [Column] { [\.byteRate, \.percent, \.rate, \.rejects, \.left, \.counts] }

  private let rows: [ProgressCells]
  private let labelWidth: Int
  private let now: Double

  init(_ rows: [ProgressCells], labelWidth: Int, at now: Double) {
    self.rows = rows
    self.labelWidth = labelWidth
    self.now = now
  }

  func lines(in shape: TerminalShape) -> [TerminalLine] {
    var columns = Self.columns.compactMap { column -> (cell: Column, width: Int)? in
      let width = rows.map { DisplayWidth.of($0[keyPath: column.cell]) }.max() ?? 0
      return width == 0 ? nil : (column.cell, max(width, column.width))
    }
    func room() -> Int { shape.columns - 5 - labelWidth - columns.reduce(0) { $0 + $1.width + 2 } }
    for cell in Self.dispensable where room() < 12 { columns.removeAll { $0.cell == cell } }
    let bar = max(4, min(32, room()))
    return rows.map { row in
      var line = TerminalLine("  ")
      line.add(DisplayWidth.padded(DisplayWidth.truncated(row.label, to: labelWidth), to: labelWidth), .strong)
      line.add("  ")
      addBar(row.share, bar, to: &line, shape)
      let filled = columns.lastIndex { !row[keyPath: $0.cell].isEmpty } ?? -1
      for column in columns.prefix(filled + 1) {
        let style: TerminalLine.Style = column.cell == \.rejects ? .warning : .plain
        line.add("  " + DisplayWidth.paddedLeft(row[keyPath: column.cell], to: column.width), style)
      }
      return line
    }
  }

  private func addBar(_ share: Double?, _ width: Int, to line: inout TerminalLine, _ shape: TerminalShape) {
    let (full, half, rest) = shape.isUnicode ? ("━", "╸", "─") : ("#", "", ".")
    func run(_ sign: String, _ count: Int) -> String { String(repeating: sign, count: max(0, count)) }
    guard let share else {
      // Nothing known: a piece that wanders to and fro.
      let piece = max(2, width / 5)
      let way = width - piece
      let step = way == 0 ? 0 : Int(now * 10) % (2 * way)
      let place = step <= way ? step : 2 * way - step
      line.add(run(rest, place), .faint)
      line.add(run(full, piece), .accent)
      return line.add(run(rest, way - place), .faint)
    }
    let halves = share >= 1 ? 2 * width : min(2 * width - 1, Int(share * Double(2 * width)))
    let head = halves % 2 == 1 ? half : ""
    line.add(run(full, halves / 2) + head, .good)
    line.add(run(rest, width - halves / 2 - head.count), .faint)
  }
}
