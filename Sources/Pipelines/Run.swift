import Artifacts

/// Carries a plan out: every stage at the same time, each following those before it shard by shard.
public struct Run: Sendable {
  public struct Options: Sendable {
    /// Threads that jobs take together.
    public var jobs: Int
    /// Bytes that the process takes at most.
    public var memory: Int

    /// What a run takes before any job: the program, its weights, the records of what is committed.
    public static let base = 64 << 20

    /// Bytes that jobs take together.
    var memoryForJobs: Int { max(0, memory - Self.base) }

    public init(jobs: Int, memory: Int) {
      self.jobs = jobs
      self.memory = memory
    }
  }

  private let plan: Plan
  private let options: Options
  private let observer: @Sendable (RunEvent) -> Void

  /// - Parameter observer: is told everything that happens, in no particular thread; it must be quick.
  public init(_ plan: Plan, options: Options, observer: @escaping @Sendable (RunEvent) -> Void) {
    self.plan = plan
    self.options = options
    self.observer = observer
  }

  /// Runs until all is done or the first stage fails; then the others are cancelled, and what was committed stays.
  ///
  /// - Throws: `StageError`; `CancellationError` if the task is cancelled.
  public func execute() async throws {
    let start = ContinuousClock.now
    let report: @Sendable (RunEvent) -> Void = { [observer] event in
      var event = event
      event.time = start.duration(to: .now).seconds
      observer(event)
    }
    report(RunEvent(.runStarted, total: plan.stages.count, message: plan.pipeline.name))
    for stage in plan.stages {
      report(RunEvent(.planned, stage: stage.name, isFresh: !stage.mustRun, message: stage.reason))
    }
    let context = RunContext(
      pipeline: plan.pipeline.name, workspace: plan.workspace, sources: plan.sources, origin: plan.origin,
      gate: JobGate(threads: options.jobs, memory: options.memoryForJobs), executor: JobExecutor(), report: report)
    try await run(context)
    report(RunEvent(.runEnded))
  }

  private func run(_ context: RunContext) async throws {
    let ledgers = Dictionary(uniqueKeysWithValues: plan.stages.map { ($0.name, ShardLedger()) })
    let planned = Dictionary(uniqueKeysWithValues: plan.stages.map { ($0.name, $0) })
    // Whatever stands behind a stage that runs: it may look back as far as it likes.
    var read: Set<String> = []
    for stage in plan.stages.reversed() where stage.mustRun || read.contains(stage.name) {
      read.formUnion(stage.declaration.inputs + gates(before: stage))
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (place, stage) in plan.stages.enumerated() {
        let run = StageRun(
          planned: stage, inputs: stage.declaration.inputs.map { (planned[$0]!, ledgers[$0]!) },
          ledger: ledgers[stage.name]!, gates: gates(before: stage).map { (planned[$0]!, ledgers[$0]!) }, context: context,
          priority: place,
          isRead: read.contains(stage.name))
        group.addTask {
          do {
            try await run.run()
          } catch {
            throw Self.failure(error, of: stage.name, context)
          }
        }
      }
      // Not waitForAll: that would wait for stages that wait for the failed one, and cancel nobody.
      while try await group.next() != nil {}
    }
  }

  /// The gates that judge what a publication would publish.
  private func gates(before publication: PlannedStage) -> [String] {
    let gates = Set(plan.pipeline.gates(before: publication.name).map(\.name))
    return plan.stages.map(\.name).filter(gates.contains)
  }

  private static func failure(_ error: any Error, of stage: String, _ context: RunContext) -> any Error {
    if error is CancellationError { return error }
    let error = error as? StageError ?? StageError(stage: stage, cause: error)
    context.report(RunEvent(.stageFailed, stage: stage, job: error.job, message: "\(error.cause)"))
    return error
  }
}
