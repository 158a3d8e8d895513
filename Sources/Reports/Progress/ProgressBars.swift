public import Pipelines

/// Draws a run on a terminal: a bar for each running stage below the lines of those that ended.
///
/// A frame is one text to be written at once: it goes back over the bars of the frame before, writes what is final, and draws the
/// bars anew. The cursor is hidden within a frame only, so that a process killed at any moment leaves a sane terminal.
public struct ProgressBars: Sendable {
  private var told: Set<String> = []
  /// Columns of each line that the last frame left to be drawn over.
  private var drawn: [Int] = []
  /// Columns of the bars' labels: never less than before, so that nothing jumps to and fro.
  private var labelWidth = 0

  public init() {}

  /// The next frame.
  ///
  /// - Parameters:
  ///   - notes: `note` events since the last frame.
  ///   - now: seconds since the run began.
  public mutating func frame(
    _ model: ProgressModel, notes: [RunEvent] = [], at now: Double, in shape: TerminalShape
  ) -> String {
    let running = model.stages.filter { $0.state == .running }
    let cells = running.map { ProgressCells($0, in: model, at: now) }
    labelWidth = min(28, max(labelWidth, nameWidth(model), cells.map { DisplayWidth.of($0.label) }.max() ?? 0))
    let finals = notes.map { note($0, model, shape) } + endings(of: model, shape)
    var live = ProgressTable(cells, labelWidth: labelWidth, at: now).lines(in: shape)
    if live.count > shape.rows - 2 {
      let hidden = live.count - (shape.rows - 3)
      live = live.prefix(shape.rows - 3) + [TerminalLine("  and \(Figure.count(hidden, "more stage", "more stages"))", .faint)]
    }
    if !model.isEnded { live.append(status(of: model, at: now, shape)) }
    return text(finals, live, shape)
  }

  /// The last frame: no bars are left; stages that were running are told to have stopped.
  public mutating func last(
    _ model: ProgressModel, notes: [RunEvent] = [], at now: Double, in shape: TerminalShape
  ) -> String {
    var finals = notes.map { note($0, model, shape) } + endings(of: model, shape)
    for stage in model.stages where stage.state == .running {
      let words = StageLine.stopped(stage, ProgressCells(stage, in: model, at: now))
      finals.append(line(mark(shape, "■", "stop  ", .warning), stage, [words], .warning, model))
    }
    return text(finals, [], shape)
  }

  private mutating func text(_ finals: [TerminalLine], _ live: [TerminalLine], _ shape: TerminalShape) -> String {
    // Where the window became narrower, the terminal has broken the old lines into more.
    let back = drawn.reduce(0) { $0 + max(1, ($1 + shape.columns - 1) / shape.columns) }
    if finals.isEmpty && live.isEmpty && back == 0 { return "" }
    var text = "\u{1B}[?25l"
    if back > 0 { text += "\r\u{1B}[\(back)A" }
    for line in finals { text += line.text(in: shape, isCut: false) + "\u{1B}[K\n" }
    text += "\u{1B}[?7l"
    for line in live { text += line.text(in: shape) + "\u{1B}[K\n" }
    drawn = live.map { min($0.width, shape.columns - 1) }
    return text + "\u{1B}[J\u{1B}[?7h\u{1B}[?25h"
  }

  /// Lines of the stages that ended since the last frame.
  private mutating func endings(of model: ProgressModel, _ shape: TerminalShape) -> [TerminalLine] {
    model.stages.compactMap { stage in
      guard [.done, .fresh, .failed].contains(stage.state), told.insert(stage.name).inserted else { return nil }
      switch stage.state {
      case .fresh: return line(mark(shape, "●", "fresh ", .faint), stage, StageLine.figures(stage), .faint, model)
      case .failed:
        return line(mark(shape, "✘", "failed", .bad), stage, [SafeText.escaped(stage.failure ?? "failed")], .bad, model)
      default: return line(mark(shape, "✔", "done  ", .good), stage, StageLine.figures(stage), .plain, model)
      }
    }
  }

  private func mark(_ shape: TerminalShape, _ sign: String, _ word: String, _ style: TerminalLine.Style) -> TerminalLine {
    TerminalLine((shape.isUnicode ? sign : word) + " ", style)
  }

  private func line(
    _ mark: TerminalLine, _ stage: StageProgress, _ figures: [String], _ style: TerminalLine.Style, _ model: ProgressModel
  ) -> TerminalLine {
    var line = mark
    line.add(DisplayWidth.padded(SafeText.escaped(stage.name), to: nameWidth(model)), style == .plain ? .strong : style)
    for figure in figures { line.add("  " + figure, style) }
    return line
  }

  private func note(_ event: RunEvent, _ model: ProgressModel, _ shape: TerminalShape) -> TerminalLine {
    var line = mark(shape, "·", "note  ", .accent)
    line.add(DisplayWidth.padded(SafeText.escaped(event.stage ?? ""), to: nameWidth(model)), .faint)
    line.add("  " + SafeText.escaped(event.message ?? ""), .faint)
    return line
  }

  private func nameWidth(_ model: ProgressModel) -> Int {
    min(28, model.stages.map { DisplayWidth.of(SafeText.escaped($0.name)) }.max() ?? 0)
  }

  /// `0:12  2 of 6 stages done  waiting: index, files`
  private func status(of model: ProgressModel, at now: Double, _ shape: TerminalShape) -> TerminalLine {
    let done = model.stages.count { $0.state == .done || $0.state == .fresh }
    var words = ["\(Figure.clock(now.rounded(.down)))", "\(done) of \(Figure.count(model.stages.count, "stage")) done"]
    let jobs = model.stages.reduce(0) { $0 + $1.runningJobs }
    if jobs > 0 { words.append(Figure.count(jobs, "job")) }
    let waiting = model.stages.filter { $0.state == .waiting }.map { SafeText.escaped($0.name) }
    if !waiting.isEmpty { words.append("waiting: " + waiting.joined(separator: ", ")) }
    return TerminalLine("  " + words.joined(separator: shape.isUnicode ? " · " : ", "), .faint)
  }
}
