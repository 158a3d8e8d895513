/// How far one stage has come.
public struct StageProgress: Sendable {
  public enum State: String, Sendable, Codable {
    case waiting, running, fresh, done, failed
  }

  public let name: String
  /// The stage of the main input.
  public let input: String?
  public internal(set) var state = State.waiting
  /// Why it runs or is fresh.
  public internal(set) var reason = ""
  /// What it failed with.
  public internal(set) var failure: String?
  /// Rows of the whole artifact, once it is done or if it is fresh.
  public internal(set) var rows: Int?
  /// Rejects so far.
  public internal(set) var rejects = 0
  /// In the order in which they began.
  public internal(set) var phases: [PhaseProgress] = []
  public internal(set) var endedJobs = 0
  /// Of the ended jobs, those taken from an earlier artifact or attempt.
  public internal(set) var reusedJobs = 0
  /// When it was told to start and when it came to its end, in seconds since the run began.
  public internal(set) var started: Double?
  public internal(set) var ended: Double?
  /// Seconds of all its jobs together, and seconds in which at least one of them ran.
  public internal(set) var busySeconds = 0.0
  public internal(set) var activeSeconds = 0.0

  /// Whether its rows are counted one by one: whether it featurizes.
  let countsReuse: Bool
  var removed: Int?
  var expectedItems: Int?
  var expectedBytes: Int?
  var running: [String: JobProgress] = [:]
  var activeSince: Double?

  init(name: String, input: String?, rows: Int?, countsReuse: Bool = false) {
    self.name = name
    self.countsReuse = countsReuse
    self.input = input
    self.rows = rows
  }

  /// What it made and what it took from before, once it is done.
  public var reuse: RowReuse? {
    guard countsReuse, state == .done, let rows, let phase, phase.scope == .shard else { return nil }
    let reused = min(rows, phase.reused)
    return RowReuse(made: rows - reused, reused: reused, removed: removed)
  }

  public var runningJobs: Int { running.count }
  /// Items and bytes that jobs of this run worked on, reused ones left out; those of the phase that had the most, because phases
  /// go through the same items one after the other.
  public var workedItems: Int { phases.map(\.window.items).max() ?? 0 }
  public var workedBytes: Int { phases.map(\.window.bytes).max() ?? 0 }

  /// What the stage does now.
  public var phase: PhaseProgress? { phases.last }

  /// Items and bytes a second of the present phase over about the last ten seconds.
  public func rates(at now: Double) -> (items: Double?, bytes: Double?) {
    state == .running ? phase?.window.rates(at: now) ?? (nil, nil) : (nil, nil)
  }

  /// Items and bytes a second over all the time in which a job ran.
  public var meanRates: (items: Double?, bytes: Double?) {
    func rate(_ done: Int) -> Double? { done > 0 && activeSeconds > 1e-6 ? Double(done) / activeSeconds : nil }
    return (rate(workedItems), rate(workedBytes))
  }
}

/// How far one phase of a stage has come.
public struct PhaseProgress: Sendable {
  /// What there is a job for, told by the job's name.
  public enum Scope: Sendable { case source, shard, whole }

  public let name: String
  public let scope: Scope
  public internal(set) var items = 0
  public internal(set) var bytes = 0
  /// Of the items, those taken from an earlier artifact or attempt.
  public internal(set) var reused = 0
  var expectedItems: Int?
  var expectedBytes: Int?
  var window = RateWindow()

  /// The phase of a job: `embed` and shard for `embed-00003-00012`.
  init(job: String) {
    let parts = job.split(separator: "-", omittingEmptySubsequences: false)
    let numbers = parts.reversed().prefix(2).prefix { $0.utf8.count >= 5 && $0.utf8.allSatisfy { (48...57).contains($0) } }.count
    name = parts.dropLast(min(numbers, parts.count - 1)).joined(separator: "-")
    scope = [.whole, .source, .shard][min(numbers, parts.count - 1)]
  }
}

/// What a running job has told so far.
struct JobProgress: Sendable {
  var started: Double
  var items = 0
  var bytes = 0
  var rejects = 0
}
