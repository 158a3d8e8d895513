import ArgumentParser
import Artifacts
import FoundationEssentials
import Pipelines
import Quality
import Reports
import Stages
import SystemPackage

struct ExperimentCommand: ReportingCommand, InterruptibleCommand {
  static let configuration = CommandConfiguration(
    commandName: "experiment", abstract: "Run a pipeline with several values for some options and rank what comes out.",
    discussion: """
      An option with alternatives is written {try: [PQ16, "OPQ16,PQ16"]}; one that takes a single value may be given a plain list. \
      Every combination is run as far as its evaluation, in one workspace, so that equal stages are made once; nothing is exported. \
      The file's block experiment: {objective: recall@10, subject_to: ["size <= 64MiB"]} stands for the options below. Ends with 4 if \
      no variant keeps to the constraints.

      EXAMPLES:
        vecmill experiment pipelines/experiments/photos.yaml
        vecmill experiment photos.yaml --objective mAP@10 --subject-to "size <= 1MiB" --subject-to "latency <= 2ms" --html out.html
      """)

  @OptionGroup var pipeline: PipelineArguments
  @OptionGroup var workspace: WorkspaceOptions
  @Option(
    name: .long, help: ArgumentHelp("The figure that is to be best. (default: the file's, or recall@10)", valueName: "figure"))
  var objective: String?
  @Option(
    name: .long, help: ArgumentHelp("A condition that a variant has to meet; may be given several times.", valueName: "condition")
  )
  var subjectTo: [String] = []
  @Option(name: .long, help: ArgumentHelp("The figure that the chart holds the objective against.", valueName: "figure"))
  var against = "size"
  @Option(name: .shortAndLong, help: ArgumentHelp("Threads. (default: the processors there are)", valueName: "n"))
  var jobs: Int?
  @Option(name: .long, help: ArgumentHelp("Ceiling of memory, such as 4GiB.", valueName: "size")) var memory: ByteSize?
  @Option(name: .long, help: ArgumentHelp("Write a page with the chart.", valueName: "file.html"), completion: .file())
  var html: String?
  @OptionGroup var format: OutputOptions

  func run(under interruption: Interruption) async throws {
    let bytes = try Input.bytes(pipeline.file)
    let file = ExperimentFile.parse(
      text: String(decoding: bytes, as: UTF8.self), path: pipeline.file, overrides: pipeline.overrides,
      environment: ProcessInfo.processInfo.environment, catalog: StageCatalog.standard)
    guard file.variants.contains(where: { $0.pipeline != nil }) else {
      for diagnostic in file.diagnostics { Output.note(diagnostic.render(color: Output.hasColour)) }
      throw Failure(.invalidData, "\(pipeline.file): no variant is a sound pipeline")
    }
    let ranking = try ExperimentRanking(
      objective: objective ?? file.objective ?? "recall@10", against: against,
      constraints: subjectTo.isEmpty ? file.constraints : subjectTo)
    try Output.makeFolders(of: [html])
    let workspace = Workspace(at: workspace.path)
    let lock = try RunLock(workspace)
    let options = Run.Options(jobs: jobs ?? MachineLimits.processors, memory: memory?.bytes ?? MachineLimits.defaultMemory)
    let work = Task { try await Self.measure(file, ranking, workspace, options) }
    interruption.watch(Interruption.Work(cancel: { work.cancel() }, abandon: { _ in }))
    let result = await work.result
    if let status = interruption.status { throw Interrupted(status: status) }
    let outcomes = try ranking.ranked(result.get())
    interruption.watch(nil)
    withExtendedLifetime(lock) {}
    try tell(outcomes, ranking, workspace)
  }

  /// Runs the variants one after the other; what they share is made once.
  private static func measure(
    _ file: ExperimentFile, _ ranking: ExperimentRanking, _ workspace: Workspace, _ options: Run.Options
  ) async throws -> [ExperimentOutcome] {
    var outcomes: [ExperimentOutcome] = []
    for (number, variant) in file.variants.enumerated() {
      try Task.checkCancellation()
      var outcome = ExperimentOutcome(variant)
      if let pipeline = variant.pipeline {
        do { try await outcome.measure(pipeline, workspace, options) } catch let error as StageError {
          outcome.fault = "\(error)"
        }
      }
      outcomes.append(outcome)
      let value = ranking.value(outcome).map { "\(ranking.objective.name) \(ranking.objective.unit.text($0))" }
      Output.note("\(number + 1)/\(file.variants.count) \(variant.name): \(value ?? outcome.fault ?? "nothing was measured")")
    }
    return outcomes
  }

  private struct Report: Encodable {
    var objective: String
    var constraints: [String]
    var best: String?
    var variants: [ExperimentOutcome]
  }

  private func tell(_ outcomes: [ExperimentOutcome], _ ranking: ExperimentRanking, _ workspace: Workspace) throws {
    let best = outcomes.first { $0.isFeasible }
    if let html {
      try DurableFile.commit(
        Array(ranking.page(outcomes, title: FilePath(pipeline.file).lastComponent?.string ?? pipeline.file).html.utf8),
        at: FilePath(html), on: workspace.disk)
    }
    if format.json {
      try Output.json(
        Report(
          objective: ranking.objective.name, constraints: ranking.constraints.map(\.sentence), best: best?.name,
          variants: outcomes))
    } else {
      let table = Table(
        columns: ranking.columns, rightAligned: Set(1..<ranking.columns.count - 1), rows: outcomes.map(ranking.cells))
      try Output.text(table.text(width: Output.columns))
      try Output.line(best.map { "best: \($0.name)" } ?? "no variant keeps to the constraints")
    }
    if best == nil { throw AlreadyTold(status: .gateNotMet) }
  }
}

extension ExperimentCommand {
  func run() async throws { try await run(under: Interruption()) }
}
