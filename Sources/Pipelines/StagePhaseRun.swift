import Artifacts

/// One phase of a stage in a run: finds its jobs, skips those that are committed, links those that an earlier artifact has, runs
/// the rest.
struct StagePhaseRun: Sendable {
  let run: StageRun
  let phase: Phase
  let record: StageRecord
  let reuse: ReuseIndex

  private var context: RunContext { run.context }
  private var planned: PlannedStage { run.planned }

  func run() async throws {
    switch phase.scope {
    case .once: try await perform()
    case .source: try await runSources()
    case .shard: try await runShards()
    case .whole: try await runWhole()
    }
  }

  private func runSources() async throws {
    let sources = Array(planned.recipe.sources.enumerated())
    try await inParallel(sources.makeIterator()) { part, source in
      try await perform(source: source, part: part)
    }
  }

  private func runShards() async throws {
    // Side inputs are small or needed whole: a job on a shard may count on them.
    for (_, ledger) in run.inputs.dropFirst() { _ = try await ledger.sealed() }
    let main = run.inputs[0].ledger
    try await withThrowingTaskGroup(of: Void.self) { group in
      var running = 0
      var settings: String??  // known from the first shard on: then what lies before the stage has begun
      for await shard in main.shards() {
        if settings == nil { settings = try planned.declaration.stage.settings(behind: planned.recipe, in: context.workspace) }
        // More waiting jobs than this would only hold memory.
        if running >= 2 * context.gate.threads {
          try await group.next()
          running -= 1
        }
        group.addTask { [settings] in try await perform(shard: shard, settings: settings ?? nil) }
        running += 1
      }
      while try await group.next() != nil {}
    }
    try Task.checkCancellation()
  }

  private func runWhole() async throws {
    var rows = 0
    for (place, (_, ledger)) in run.inputs.enumerated() {
      let summary = try await ledger.sealed()
      if place == 0 { rows = summary.rows }
    }
    let gate = context.gate
    try planned.check(phase, memory: gate.memory + Run.Options.base, threads: gate.threads, rows: rows)
    try await perform()
  }

  private func inParallel<Element: Sendable>(
    _ elements: some IteratorProtocol<Element>, _ body: @escaping @Sendable (Element) async throws -> Void
  ) async throws {
    var elements = elements
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<2 * context.gate.threads {
        guard let element = elements.next() else { break }
        group.addTask { try await body(element) }
      }
      while try await group.next() != nil {
        if let element = elements.next() { group.addTask { try await body(element) } }
      }
    }
  }

  private func perform(shard: Checkpoint? = nil, settings: String? = nil, source: Source? = nil, part: Int = 0) async throws {
    try Task.checkCancellation()
    let stem = Checkpoint.stem(phase.name, shard: shard?.shard, part: source == nil ? nil : part)
    let key = jobKey(shard: shard, settings: settings, source: source)
    // Shards of a job that makes several, and was interrupted or done before.
    let shards = phase.scope == .shard ? [] : record.made(by: key, in: phase.name).filter { $0.shard != nil }
    if let done = record[stem], done.key == key, isWhole(done, shards) {
      let mine = shards + [done]
      for checkpoint in mine { announce(checkpoint, isNew: false) }
      return ended(stem, mine, isReused: true, seconds: 0)
    }
    if let work = try reuse.work(key), let linked = try link(work, shard: shard?.shard, part: source == nil ? nil : part) {
      for checkpoint in linked { announce(checkpoint, isNew: true) }
      return ended(stem, linked, isReused: true, seconds: 0)
    }
    let partial = source == nil ? [] : Self.leading(shards)
    for checkpoint in partial { announce(checkpoint, isNew: false) }
    try await compute(stem, key, shard, source, part, partial)
  }

  private func compute(
    _ stem: String, _ key: Digest, _ shard: Checkpoint?, _ source: Source?, _ part: Int, _ partial: [Checkpoint]
  ) async throws {
    let stage = planned.declaration.stage
    let threads = phase.isParallel ? context.gate.threads : 1
    try await context.gate.admit(
      threads: threads, memory: stage.memory(of: phase, threads: threads), priority: run.priority
    ) {
      try Task.checkCancellation()
      let clock = ContinuousClock.now
      context.report(RunEvent(.jobStarted, stage: planned.name, job: stem))
      let job = Job(
        pipeline: context.pipeline, stage: planned.name, recipe: planned.recipe, phase: phase, key: key,
        inputs: run.jobInputs, gates: run.jobGates, origin: context.origin, shard: shard, source: source, part: part,
        committed: earlier + partial,
        siblings: planned.recipe.sources, sources: context.sources,
        artifact: planned.artifact, workspace: context.workspace, threads: threads, memory: context.gate.memory,
        report: context.report,
        announce: { announce($0, isNew: true) },
        made: { record.made(by: key, in: phase.name).count { $0.shard != nil } })
      do {
        try await withTaskExecutorPreference(context.executor) { try await stage.run(job) }
      } catch {
        // However a stage words it: what ends because the run was cancelled did not fail.
        if error is CancellationError || Task.isCancelled { throw CancellationError() }
        throw StageError(stage: planned.name, job: stem, cause: error)
      }
      if phase.scope == .whole {
        FreedMemory.giveBack()
      } else {
        FreedMemory.giveBack(near: context.gate.memory + Run.Options.base)
      }
      // Two shards of the same content have one key: a job on a shard made the one of its name.
      let made = phase.scope == .shard ? [record[stem]].compactMap(\.self) : record.made(by: key, in: phase.name)
      ended(stem, made, isReused: false, seconds: clock.duration(to: .now).seconds)
    }
  }

  /// What the job may look at: all earlier phases if it is one for the whole input, else what those made of the whole.
  private var earlier: [Checkpoint] {
    (phase.scope == .whole ? record.all : record.wholes).filter { earlierPhases.contains($0.phase) }
  }

  private func link(_ work: ReuseIndex.Work, shard: ShardID?, part: Int?) throws -> [Checkpoint]? {
    // What was rejected is tried again: only work without rejects is taken over.
    if planned.recipe.attempt != nil, work.checkpoints.contains(where: { $0.rejected > 0 }) { return nil }
    // Work on a source counts only if it came to its end.
    if part != nil, !work.checkpoints.contains(where: { $0.part != nil }) { return nil }
    // Shards with the same content, such as empty ones, have the same key; any of them will do.
    let one = shard == nil ? work : ReuseIndex.Work(artifact: work.artifact, checkpoints: [work.checkpoints[0]])
    return try one.link(into: planned.artifact) { old in
      var new = old
      if let part {
        new.part = old.part == nil ? nil : part
        new.shard = old.shard.map { ShardID(part: part, number: $0.number) }
      } else if let shard {
        new.shard = shard
      }
      return new
    }
  }

  private var earlierPhases: [String] {
    Array(planned.declaration.stage.phases.map(\.name).prefix { $0 != phase.name })
  }

  /// Shards of a source from its beginning to the first that is not sound: what comes after a gap is made again.
  private static func leading(_ shards: [Checkpoint]) -> [Checkpoint] {
    zip(0..., shards.sorted { $0.shard! < $1.shard! }).prefix { $0 == $1.shard!.number }.map(\.1)
  }

  /// Whether all shards are sound that a job said it made.
  private func isWhole(_ done: Checkpoint, _ shards: [Checkpoint]) -> Bool {
    done.notes[Job.shardsNote]?.integer.map { $0 == shards.count } ?? true
  }

  private func announce(_ checkpoint: Checkpoint, isNew: Bool) {
    if isNew { record.add(checkpoint) }
    if phase.isOutput, checkpoint.shard != nil { run.ledger.add(checkpoint) }
  }

  private func ended(_ stem: String, _ checkpoints: [Checkpoint], isReused: Bool, seconds: Double) {
    context.report(
      RunEvent(
        .jobEnded, stage: planned.name, job: stem, items: checkpoints.reduce(0) { $0 + $1.rows },
        bytes: checkpoints.reduce(0) { $0 + $1.bytes }, rejects: checkpoints.reduce(0) { $0 + $1.rejected },
        seconds: seconds, isReused: isReused))
  }

  /// The sources that decide what a job makes of one.
  private func sourcesBehind(_ source: Source?) -> ArraySlice<Source> {
    let sources = planned.recipe.sources
    guard let source, let place = sources.firstIndex(of: source) else { return [] }
    return planned.declaration.stage.numbersAcrossSources ? sources[...place] : sources[place...place]
  }

  /// All that decides the job's result, and nothing else: not where its shard stands, nor what else is in the input.
  private func jobKey(shard: Checkpoint?, settings: String?, source: Source?) -> Digest {
    var hasher = Digest.Hasher()
    hasher.field(planned.recipe.signature.hex)
    hasher.field(phase.name)
    for source in sourcesBehind(source) {
      hasher.field("source " + source.name)
      hasher.field(source.digest.hex)
      for companion in source.companions ?? [] {
        hasher.field("beside " + companion.name)
        hasher.field(companion.digest.hex)
      }
    }
    if source != nil, let settings = planned.declaration.stage.settings(among: planned.recipe.sources) {
      hasher.field("settings " + settings)
    }
    for file in shard?.files ?? [] { hasher.field(file.digest.hex) }
    if let settings { hasher.field("settings " + settings) }
    if phase.scope != .once {
      for input in planned.recipe.inputs.dropFirst(shard == nil ? 0 : 1) { hasher.field("input " + input.key.hex) }
    }
    if phase.inherits, let kept = planned.recipe.kept { hasher.field("kept \(kept)") }
    // Not those of later phases, which a run that is resumed finds already.
    for earlier in record.wholes where earlierPhases.contains(earlier.phase) {
      guard phase.uses?.contains(earlier.phase) ?? true else { continue }
      hasher.field("earlier " + earlier.phase)
      hasher.field(phase.uses == nil ? earlier.key.hex : "content \(earlier.content)")
    }
    return hasher.finish()
  }
}
