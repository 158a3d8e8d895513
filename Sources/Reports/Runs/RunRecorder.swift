import Artifacts
public import FoundationEssentials
public import Pipelines
import Synchronization
public import SystemPackage

/// Writes what happens in a run into its folder: `trace.jsonl` while it works, `run.json` and `report.html` at its end.
///
/// `run.json` is there from the beginning with the outcome `running`, so that a run that was killed leaves its name.
public final class RunRecorder: Sendable {
  fileprivate struct State {
    var model: ProgressModel
    var timeline: Timeline
    var memory = MemorySeries()
    /// Highest memory while a stage's jobs ran, by the stage's place.
    var peaks: [Int?]
    var pending = EventCoalescer()
    var start: ContinuousClock.Instant
    var lastSample = -1.0
  }

  public let folder: RunFolder
  private let plan: Plan
  private let initial: RunRecord
  private let started: Date
  private let state: Mutex<State>
  private let trace: Mutex<TraceFile>
  private let ticker = Mutex<Ticker?>(nil)

  /// Makes the run's folder and begins.
  ///
  /// - Parameter memory: the ceiling, in bytes.
  public init(_ plan: Plan, _ request: RunRequest, memory: Int, started: Date = .now) throws {
    self.plan = plan
    self.started = started
    folder = try RunFolder.make(in: plan.workspace, pipeline: request.pipeline, started: started)
    let names = plan.stages.map(\.name)
    let model = ProgressModel(plan)
    state = Mutex(
      State(
        model: model, timeline: Timeline(stages: names), peaks: names.map { _ in nil }, start: .now))
    trace = Mutex(try TraceFile(at: folder.tracePath))
    var record = RunRecord(plan, request, memory: memory, started: RunFolder.iso(started))
    record.fill(from: model, plan, peaks: names.map { _ in nil })
    initial = record
    try write(record)
    let ticker = Ticker("vecmill.recorder", every: 0.5) { [weak self] in self?.tick() }
    self.ticker.withLock { $0 = ticker }
    ticker.start()
  }

  /// Takes an event of the run.
  public func observe(_ event: RunEvent) {
    state.withLock { state in
      if event.event == .runStarted {
        state.start = .now - .seconds(event.time)
        state.sample(at: event.time)
      }
      // Short jobs may lie between two ticks of the clock.
      if event.event == .jobEnded, event.time - state.lastSample > 0.05 || state.lacksPeak(event.stage) {
        state.sample(at: event.time)
      }
      state.model.fold(event)
      state.timeline.add(event)
      state.pending.add(event.event == .advanced ? event : event.with(memory: state.memory.samples.last?.bytes))
    }
  }

  /// Ends the recording: writes the rest of the trace, the record and the report.
  ///
  /// - Parameters:
  ///   - error: what ended the run, if it did not end well.
  ///   - copy: a second place for the report.
  /// - Returns: the record as written.
  /// - Throws: `DiskError` if something could not be written.
  @discardableResult
  public func finish(exitCode: Int, error: (any Error)? = nil, report copy: FilePath? = nil, at ended: Date = .now) throws
    -> RunRecord
  {
    ticker.withLock { $0?.stop() }
    flush()
    let (model, timeline, memory, peaks) = state.withLock { state in
      state.sample(at: state.elapsed)
      state.timeline.end(at: max(state.model.time, state.elapsed))
      return (state.model, state.timeline, state.memory, state.peaks)
    }
    var record = initial
    record.ended = RunFolder.iso(ended)
    record.seconds = ended.timeIntervalSince(started)
    record.outcome = RunRecord.Outcome(exitCode: exitCode, isFresh: plan.isFresh)
    record.exitCode = exitCode
    record.error = error.map { RunRecord.Failure($0) }
    record.memory.peak = ProcessMemory.peak() ?? memory.peak
    record.fill(from: model, plan, peaks: peaks)
    record.gates = StageGate.all(plan)
    try write(record)
    let page = ReportPage(ReportContents(plan, record, timeline, memory)).html
    try DurableFile.commit(Array(page.utf8), at: folder.reportPath, on: plan.workspace.disk)
    if let copy { try DurableFile.commit(Array(page.utf8), at: copy, on: plan.workspace.disk) }
    return record
  }

  private func tick() {
    state.withLock { state in state.sample(at: state.elapsed) }
    flush()
  }

  private func flush() {
    trace.withLock { trace in trace.append(state.withLock { $0.pending.drain() }) }
  }

  private func write(_ record: RunRecord) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try DurableFile.commit(Array(encoder.encode(record)) + [10], at: folder.recordPath, on: plan.workspace.disk)
  }
}

extension RunRecorder.State {
  fileprivate var elapsed: Double {
    let (seconds, attoseconds) = start.duration(to: .now).components
    return Double(seconds) + Double(attoseconds) / 1e18
  }

  fileprivate func lacksPeak(_ stage: String?) -> Bool {
    stage.flatMap { model.places[$0] }.map { peaks[$0] == nil && model.stages[$0].runningJobs > 0 } ?? false
  }

  fileprivate mutating func sample(at time: Double) {
    guard let bytes = ProcessMemory.resident() else { return }
    lastSample = time
    memory.add(bytes, at: time)
    for place in model.stages.indices where model.stages[place].runningJobs > 0 {
      peaks[place] = max(peaks[place] ?? 0, bytes)
    }
  }
}

extension RunRecord.Failure {
  fileprivate init(_ error: any Error) {
    if let error = error as? StageError {
      self.init(stage: error.stage, job: error.job, message: "\(error.cause)")
    } else if error is CancellationError {
      self.init(message: "the run was stopped; what is committed stays, and the next run goes on from there")
    } else {
      self.init(message: "\(error)")
    }
  }
}

extension RunEvent {
  fileprivate func with(memory: Int?) -> RunEvent {
    var event = self
    event.memory = event.memory ?? memory
    return event
  }
}
