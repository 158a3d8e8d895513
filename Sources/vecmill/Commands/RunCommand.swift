import ArgumentParser
import Artifacts
import FoundationEssentials
import Pipelines
import Reports
import SystemPackage

/// A command that ends in order when a signal comes.
protocol InterruptibleCommand: AsyncParsableCommand {
  func run(under interruption: Interruption) async throws
}

struct RunCommand: ReportingCommand, InterruptibleCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run a pipeline: do what is not done yet.",
    discussion: """
      Every job is checkpointed: after an error, a signal or a lost machine the next run goes \
      on from there, and ends with the same bytes. What did not change is not done again. One \
      run at a time works in a workspace; a second one ends with 75.

      EXAMPLES:
        vecmill run pipelines/photos.yaml
        vecmill run pipelines/photos.yaml --set archives='/data/*.tar' --jobs 8
        vecmill run pipelines/photos.yaml --until features --dry-run
        vecmill run pipelines/photos.yaml --json --depfile out/photos.d
        vecmill run pipelines/photos.yaml --junit gates.xml --metrics /var/lib/node_exporter/vecmill.prom
        vecmill run pipelines/photos.yaml --retry-rejects
      """)

  @OptionGroup var pipeline: PipelineArguments
  @OptionGroup var workspace: WorkspaceOptions
  @OptionGroup var selection: StageSelection

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Threads that work at the same time. (default: the processors there are)", valueName: "n"))
  var jobs: Int?

  @Option(
    name: .long,
    help: ArgumentHelp("Ceiling of memory, such as 800MB or 4GiB. (default: half of what there is)", valueName: "size"))
  var memory: ByteSize?

  @Flag(name: .long, help: "Only say what would be done; nothing is written.")
  var dryRun = false

  @Option(name: .long, help: "How progress is told on standard error; auto: bars on a terminal, lines elsewhere.")
  var progress = ProgressStyle.auto

  @Option(name: .long, help: ArgumentHelp("Write the report here as well.", valueName: "file.html"), completion: .file())
  var report: String?

  @Option(
    name: .long,
    help: ArgumentHelp("Write a rule for make: this file and the bundles depend on all that was read.", valueName: "file.d"),
    completion: .file())
  var depfile: String?

  @OptionGroup var outputs: RunOutputs
  @OptionGroup var format: OutputOptions

  func validate() throws {
    if let jobs, !(1...4096).contains(jobs) { throw ValidationError("--jobs \(jobs) is not in 1...4096") }
    if report == "" || depfile == "" { throw ValidationError("--report and --depfile need the name of a file") }
  }

  func run(under interruption: Interruption) async throws {
    let loaded = try pipeline.load()
    try selection.check(loaded)
    if dryRun { return try tellPlan(loaded) }
    let clock = ContinuousClock.now
    let workspace = Workspace(at: workspace.path, on: SystemDisk(hashesOnce: true))
    let lock = try RunLock(workspace)
    let plan = try selection.plan(loaded, in: workspace)
    try Output.makeFolders(of: [report, depfile] + outputs.files, on: workspace.disk)
    if plan.isFresh && report == nil && outputs.files.isEmpty {
      try tellFresh(plan, seconds: clock.duration(to: .now) / .seconds(1))
    } else {
      try await carryOut(plan, loaded, under: interruption)
    }
    withExtendedLifetime(lock) {}
  }

  private func tellPlan(_ loaded: LoadedPipeline) throws {
    let report = try PlanReport(selection.plan(loaded, in: Workspace(at: workspace.path, on: ReadOnlyDisk())))
    if format.json { return try Output.json(report) }
    try Output.text(report.text(explained: true))
  }

  private func tellFresh(_ plan: Plan, seconds: Double) throws {
    try writeDepfile(plan)
    if format.json { return try Output.json(RunReport(fresh: plan, seconds: seconds)) }
    try Output.line(
      "\(plan.pipeline.name): nothing to do (\(Figure.seconds(seconds))): \(Figure.count(plan.stages.count, "stage")) fresh")
  }

  private func carryOut(_ plan: Plan, _ loaded: LoadedPipeline, under interruption: Interruption) async throws {
    var plan = plan
    plan.origin = origin(loaded)
    let jobs = jobs ?? MachineLimits.processors
    let options = Run.Options(jobs: jobs, memory: memory?.bytes ?? MachineLimits.defaultMemory)
    try plan.check(memory: options.memory, threads: jobs)
    let recorder = try RunRecorder(plan, request(loaded, jobs: options.jobs), memory: options.memory)
    let reporter = ProgressReporter(
      outputs.logFormat == .json ? .none : progress, plan, environment: ProcessInfo.processInfo.environment)
    let (observers, lineage) = try outputs.observers(plan)
    let session = RunSession(recorder, reporter, reportCopy: report.map { FilePath($0) }, observers: observers)
    var failure = await session.execute(plan, options, under: interruption)
    if failure == nil {
      do { try writeDepfile(plan) } catch { failure = error }
    }
    let ended: RunRecord?
    do {
      ended = try session.end(failure.map { ExitStatus(of: $0) } ?? .success, failure)
    } catch {
      // A full disk may refuse the record, too; what came first says more.
      throw failure ?? error
    }
    guard let record = ended else {
      // The grace is over, and whoever saves the record ends the process.
      try await Task.sleep(for: .seconds(60))
      return
    }
    interruption.watch(nil)
    lineage?.finish(failure.map { $0 is Interrupted ? .aborted("\($0)") : .failed("\($0)") } ?? .complete)
    try TrendRecording.append(record, session.folder, plan)
    try outputs.write(record, report: session.reportPath.string, on: plan.workspace.disk)
    try tell(record, session, plan, failure)
  }

  private func tell(_ record: RunRecord, _ session: RunSession, _ plan: Plan, _ failure: (any Error)?) throws {
    if format.json {
      try Output.json(RunReport(record, session, in: plan.workspace, error: failure))
      guard let failure else { return }
      outputs.tell(failure, pipeline: plan.pipeline.name)
      throw AlreadyTold(status: ExitStatus(of: failure))
    }
    try Output.text(RunSummary(record, report: session.reportPath.string).text)
    guard let failure else { return }
    if outputs.logFormat == .text { throw failure }
    outputs.tell(failure, pipeline: plan.pipeline.name)
    throw AlreadyTold(status: ExitStatus(of: failure))
  }

  /// For lineage, which others read: what came from the environment may be a secret.
  private func origin(_ loaded: LoadedPipeline) -> PipelineOrigin {
    let parameters = loaded.pipeline.params.map { param in
      (param.key, loaded.pipeline.secretParams.contains(param.key) ? "***" : param.value.text ?? param.value.canonicalJSON)
    }
    return PipelineOrigin(
      file: loaded.path, text: loaded.text, parameters: Dictionary(parameters) { $1 }, program: Version.current)
  }

  private func request(_ loaded: LoadedPipeline, jobs: Int) -> RunRequest {
    let mask = loaded.pipeline.environment
    let parameters = loaded.pipeline.params.map { ($0.key, mask.masked($0.value)) }
      .map { ($0, $1.text ?? $1.canonicalJSON) }
    return RunRequest(
      pipeline: loaded.pipeline.name, file: loaded.path, text: loaded.text,
      parameters: Dictionary(parameters) { $1 }, overrides: loaded.overrides, jobs: jobs, version: Version.current)
  }

  /// The rule's targets are the depfile itself, which every good run renews, and the bundles: a Makefile can stand on either.
  ///
  /// The folders that globs look into are among the sources, so that an archive that is new or gone is noticed. One in which the run
  /// itself writes is not: it would always be newer than the targets.
  private func writeDepfile(_ plan: Plan) throws {
    guard let depfile else { return }
    let bundles = plan.stages.compactMap { stage -> String? in
      if case .bundle(let target) = stage.declaration.stage.output { target } else { nil }
    }
    let targets = [depfile] + bundles.flatMap { [$0, FilePath($0).appending("bundle.json").string] }
    let folders = try SourceFinder.folders(plan.stages.flatMap(\.declaration.stage.sourcePatterns))
      .filter { folder in !([plan.workspace.path.string] + targets).contains { FolderOf.same(folder, as: $0) } }
    let sources = (pipeline.file == "-" ? [] : [pipeline.file]) + plan.sources.map(\.path) + folders
    try DurableFile.commit(
      Array(Depfile(targets: targets, sources: sources).text.utf8), at: FilePath(depfile), on: plan.workspace.disk)
  }
}

extension RunCommand {
  func run() async throws { try await run(under: Interruption()) }
}

extension ProgressStyle: ExpressibleByArgument {}
