public import Pipelines

/// Tells a run in lines, for logs and pipes: one for each stage that starts, ends or says something, and one of progress now and then.
public struct ProgressLines: Sendable {
  /// Seconds between lines of progress.
  private let interval: Double
  private var lastProgress = 0.0

  public init(interval: Double = 5) { self.interval = interval }

  /// The lines of some events, in their order; empty for those that only count.
  ///
  /// - Parameter model: has the events in it already.
  public func lines(_ events: [RunEvent], _ model: ProgressModel) -> [String] {
    events.compactMap { event in
      guard let words = words(event, model) else { return nil }
      return "\(Self.clock(event.time)) \(words)"
    }
  }

  /// A line of progress, if the last one is old enough and something runs.
  public mutating func progress(_ model: ProgressModel, at now: Double) -> String? {
    guard now - lastProgress >= interval else { return nil }
    let running = model.stages.filter { $0.state == .running && $0.runningJobs > 0 }
      .map { Self.progress(ProgressCells($0, in: model, at: now)) }
    guard !running.isEmpty else { return nil }
    lastProgress = now
    return "\(Self.clock(now)) " + running.joined(separator: "; ")
  }

  /// Lines about stages that were running when the run was stopped.
  public func last(_ model: ProgressModel, at now: Double) -> [String] {
    model.stages.filter { $0.state == .running }.map {
      "\(Self.clock(now)) \(SafeText.escaped($0.name)): \(StageLine.stopped($0, ProgressCells($0, in: model, at: now)))"
    }
  }

  private func words(_ event: RunEvent, _ model: ProgressModel) -> String? {
    let name = SafeText.escaped(event.stage ?? "")
    let message = SafeText.escaped(event.message ?? "")
    switch event.event {
    case .planned: return event.isFresh == true ? "\(name): \(message)" : "\(name): will run: \(message)"
    case .note: return name.isEmpty ? message : "\(name): \(message)"
    case .stageEnded:
      return model[event.stage ?? ""].map { "\(name): done: \(StageLine.figures($0).joined(separator: ", "))" }
    case .stageFailed: return "\(name): failed: \(message)"
    default: return nil
    }
  }

  /// `photos 41% 1,234/3,000 512/s 38.1 MB/s 0:03 left 2 rejects`
  private static func progress(_ cells: ProgressCells) -> String {
    [cells.label, cells.percent, cells.counts, cells.rate, cells.byteRate, cells.left, cells.rejects]
      .filter { !$0.isEmpty }.joined(separator: " ") + (cells.counts.isEmpty ? " works" : "")
  }

  private static func clock(_ time: Double) -> String { DisplayWidth.paddedLeft("[\(Figure.fixed(time, 1))s]", to: 9) }
}
