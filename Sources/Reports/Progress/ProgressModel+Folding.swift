public import Pipelines

extension ProgressModel {
  /// Takes an event in. Events of stages that the plan does not have are passed over.
  public mutating func fold(_ event: RunEvent) {
    time = max(time, event.time)
    switch event.event {
    case .runStarted: pipeline = event.message ?? pipeline
    case .runEnded: isEnded = true
    default:
      guard let place = event.stage.flatMap({ places[$0] }) else { return }
      stages[place].fold(event)
    }
  }
}

extension StageProgress {
  mutating func fold(_ event: RunEvent) {
    switch event.event {
    case .planned:
      state = event.isFresh == true ? .fresh : .waiting
      reason = event.message ?? ""
    case .stageStarted:
      started = event.time
      expectedItems = event.total ?? expectedItems
      expectedBytes = event.totalBytes ?? expectedBytes
    case .expected: expect(event)
    case .jobStarted: start(event)
    case .advanced: advance(event)
    case .jobEnded: end(event)
    case .stageEnded:
      state = .done
      ended = event.time
      rows = event.items
      rejects = event.rejects ?? rejects
      removed = event.removed
      stop(at: event.time)
    case .stageFailed:
      state = .failed
      ended = event.time
      failure = event.message
      stop(at: event.time)
    case .runStarted, .runEnded, .note: break
    }
  }

  private mutating func expect(_ event: RunEvent) {
    guard let job = event.job else {
      expectedItems = event.total ?? expectedItems
      expectedBytes = event.totalBytes ?? expectedBytes
      return
    }
    let place = phasePlace(job)
    if let total = event.total { phases[place].expectedItems = (phases[place].expectedItems ?? 0) + total }
    if let total = event.totalBytes { phases[place].expectedBytes = (phases[place].expectedBytes ?? 0) + total }
  }

  private mutating func start(_ event: RunEvent) {
    state = .running
    if running.isEmpty { activeSince = event.time }
    running[event.job ?? ""] = JobProgress(started: event.time)
    phases[phasePlace(event.job ?? "")].window.start(at: event.time)
  }

  private mutating func advance(_ event: RunEvent) {
    let (items, bytes, refused) = (event.items ?? 0, event.bytes ?? 0, event.rejects ?? 0)
    running[event.job ?? ""]?.items += items
    running[event.job ?? ""]?.bytes += bytes
    running[event.job ?? ""]?.rejects += refused
    let place = phasePlace(event.job ?? "")
    phases[place].items += items
    phases[place].bytes += bytes
    phases[place].reused += event.reused ?? 0
    rejects += refused
    phases[place].window.add(items: items, bytes: bytes, at: event.time)
  }

  /// The job's own figures take the place of what it told on its way, unless that was more: a filter goes through more than it keeps.
  private mutating func end(_ event: RunEvent) {
    let place = phasePlace(event.job ?? "")
    let isReused = event.isReused == true
    let told = running.removeValue(forKey: event.job ?? "") ?? JobProgress(started: event.time)
    let items = max(0, (event.items ?? 0) + (event.rejects ?? 0) - told.items)
    let bytes = max(0, (event.bytes ?? 0) - told.bytes)
    phases[place].items += told.items > 0 ? max(0, (event.items ?? 0) - told.items) : items
    phases[place].bytes += bytes
    rejects += max(0, (event.rejects ?? 0) - told.rejects)
    endedJobs += 1
    if isReused {
      reusedJobs += 1
      phases[place].reused += event.items ?? 0
      if state == .waiting { state = .running }
    } else {
      // What a job told is counted already; a job that resumed half-done work ends with more than it did.
      phases[place].window.add(
        items: told.items > 0 ? 0 : items, bytes: told.bytes > 0 ? 0 : bytes, at: event.time)
      busySeconds += event.seconds ?? 0
    }
    if running.isEmpty { stop(at: event.time) }
  }

  private mutating func stop(at time: Double) {
    running.removeAll()
    if let since = activeSince { activeSeconds += max(0, time - since) }
    activeSince = nil
  }

  /// The job's phase, begun if it is new.
  private mutating func phasePlace(_ job: String) -> Int {
    let phase = PhaseProgress(job: job)
    // The phases of a stage run one after the other, so the wanted one is nearly always the last.
    if let place = phases.lastIndex(where: { $0.name == phase.name }) { return place }
    phases.append(phase)
    return phases.count - 1
  }
}
