import Pipelines

/// When the jobs of each stage ran: each one where they are few, how many at a time where they are many.
struct Timeline: Sendable {
  struct Span: Sendable {
    var start: Double
    var end: Double
    /// Whether the run ended before the job did.
    var isCut = false
  }

  struct Stage: Sendable {
    /// Nil if there were too many.
    var spans: [Span]? = []
    var histogram = BusyHistogram()
    fileprivate var open: [String: Double] = [:]

    fileprivate mutating func close(_ start: Double, _ end: Double, isCut: Bool = false) {
      histogram.add(from: start, to: end)
      guard let count = spans?.count else { return }
      if count < Timeline.limit { spans?.append(Span(start: start, end: end, isCut: isCut)) } else { spans = nil }
    }
  }

  /// Spans that a stage may have before only their number is kept.
  static let limit = 600
  private(set) var stages: [Stage]
  private let places: [String: Int]

  init(stages names: [String]) {
    stages = names.map { _ in Stage() }
    places = Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
  }

  mutating func add(_ event: RunEvent) {
    guard let place = event.stage.flatMap({ places[$0] }), let job = event.job else { return }
    if event.event == .jobStarted {
      stages[place].open[job] = event.time
    } else if event.event == .jobEnded, let start = stages[place].open.removeValue(forKey: job) {
      stages[place].close(start, event.time)
    }
  }

  /// Ends the jobs that are still open: the run was stopped or a stage failed.
  mutating func end(at time: Double) {
    for place in stages.indices {
      for (_, start) in stages[place].open { stages[place].close(start, time, isCut: true) }
      stages[place].open.removeAll()
    }
  }
}
