import Pipelines
import Reports
import Synchronization
import SystemPackage

/// Tells a run on standard error while it works.
///
/// `observe` only counts; a timer of its own draws, at most ten times a second. The window's size is asked for at each frame, so
/// a resized terminal needs no signal.
final class ProgressReporter: Sendable {
  private struct State {
    var model: ProgressModel
    var pending = EventCoalescer()
    /// When the run began.
    var start: ContinuousClock.Instant?
  }

  private struct Output {
    var bars = ProgressBars()
    var lines = ProgressLines()
    var isFinished = false
  }

  private let style: ProgressStyle
  private let environment: [String: String]
  private let state: Mutex<State>
  private let output = Mutex(Output())
  private let ticker = Mutex<Ticker?>(nil)

  /// - Parameter style: as asked for; `auto` is settled here.
  init(_ style: ProgressStyle, _ plan: Plan, environment: [String: String]) {
    self.style = style.resolved(environment: environment)
    self.environment = environment
    state = Mutex(State(model: ProgressModel(plan)))
    guard self.style != .none else { return }
    let ticker = Ticker("vecmill.progress", every: self.style == .bar ? 0.1 : 0.25) { [weak self] in self?.draw(isLast: false) }
    self.ticker.withLock { $0 = ticker }
    ticker.start()
  }

  /// Takes an event of the run; the observer to give it.
  func observe(_ event: RunEvent) {
    if style == .none { return }
    state.withLock { state in
      if state.start == nil { state.start = .now - .seconds(event.time) }
      state.model.fold(event)
      state.pending.add(event)
    }
  }

  /// Draws what is left and leaves the terminal as it was. To be called however the run ended.
  func finish() {
    ticker.withLock { $0?.stop() }
    if style != .none { draw(isLast: true) }
  }

  private func draw(isLast: Bool) {
    output.withLock { output in
      if output.isFinished { return }
      output.isFinished = isLast
      let (model, events, now) = state.withLock { state in
        (state.model, state.pending.drain(), state.start.map { Self.seconds(since: $0) } ?? 0)
      }
      let text = text(model, events, at: now, isLast, &output)
      if !text.isEmpty { Self.write(text) }
    }
  }

  private func text(
    _ model: ProgressModel, _ events: [RunEvent], at now: Double, _ isLast: Bool, _ output: inout Output
  ) -> String {
    switch style {
    case .bar:
      let shape = TerminalShape.current(environment: environment)
      let notes = events.filter { $0.event == .note }
      return isLast
        ? output.bars.last(model, notes: notes, at: now, in: shape)
        : output.bars.frame(model, notes: notes, at: now, in: shape)
    case .json: return ProgressJSON().lines(events).map { $0 + "\n" }.joined()
    default:
      var lines = output.lines.lines(events, model)
      if isLast {
        lines += output.lines.last(model, at: now)
      } else if let progress = output.lines.progress(model, at: now) {
        lines.append(progress)
      }
      return lines.map { $0 + "\n" }.joined()
    }
  }

  private static func seconds(since start: ContinuousClock.Instant) -> Double {
    let (seconds, attoseconds) = start.duration(to: .now).components
    return Double(seconds) + Double(attoseconds) / 1e18
  }

  /// Writes to standard error; what cannot be written is lost, because progress must never stop a run.
  private static func write(_ text: String) { _ = try? FileDescriptor.standardError.writeAll(text.utf8) }
}
