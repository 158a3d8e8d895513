import ArgumentParser
import Artifacts
import Bundles
import IndexFormats
import Quality
import Registries
import Reports
import SystemPackage

struct EvaluateCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Judge a bundle that exists by conditions; ends with 4 if one is not met.",
    discussion: """
      What an evaluate stage does, without a pipeline: of queries drawn by seed, whose vectors are made from their original bytes, or \
      of the rows of a file. True neighbours come from a file, or from the vectors in a bundle that was exported with formats: [npy]. \
      What a bundle cannot tell, such as the share of rejects, counts as not measured.

      EXAMPLES:
        vecmill evaluate out/photos --require "recall@10 >= 0.9" --require "size <= 64MiB"
        vecmill evaluate photos@8 --champion photos --labels class --require "mAP@10 >= champion - 0.01" --junit gates.xml
        vecmill evaluate out/photos --queries queries.npy --truth truth.npy --require "recall@10 >= 0.9" --json
      """)

  @Argument(help: "The bundle: a folder, or photos@8.") var bundle: String
  @OptionGroup var workspace: WorkspaceOptions
  @OptionGroup var questions: QuestionOptions
  @Option(
    name: .long,
    help: ArgumentHelp("What it is compared with: a name of the registry, for its champion, or photos@7.", valueName: "reference")
  )
  var champion: String?
  @Option(
    name: .long, help: ArgumentHelp("A condition, as \"recall@10 >= 0.9\"; may be given several times.", valueName: "condition"))
  var require: [String] = []
  @Option(name: .long, help: ArgumentHelp("A condition that only warns.", valueName: "condition")) var warn: [String] = []
  @Option(name: .long, help: ArgumentHelp("Write the conditions as JUnit XML.", valueName: "file.xml"), completion: .file())
  var junit: String?
  @Option(name: .long, help: ArgumentHelp("Write the conditions as Markdown.", valueName: "file.md"), completion: .file())
  var markdown: String?
  @Option(name: .long, help: ArgumentHelp("Write a page.", valueName: "file.html"), completion: .file())
  var html: String?
  @OptionGroup var format: OutputOptions

  private struct Report: Encodable {
    var bundle: String
    var isMet: Bool
    var gate: GateReport
  }

  func run() async throws {
    let (required, warned) = (try require.map(Condition.reading), try warn.map(Condition.reading))
    for condition in required + warned where condition.isRelative && champion == nil {
      throw Failure.usage("\"\(condition.sentence)\" compares with a champion: give --champion NAME, a name of the registry")
    }
    for condition in required + warned where condition.figure.group == .labels && questions.labels == nil {
      throw Failure.usage("\"\(condition.sentence)\" needs the class of each item: give --labels FIELD")
    }
    try Output.makeFolders(of: [junit, markdown, html])
    let (clock, workspace) = (ContinuousClock.now, Workspace(at: workspace.path))
    let subject = try ComparedBundle(bundle, in: workspace)
    let champion = try served(in: workspace)
    let conditions = required + warned
    let asked = try await asked(of: subject, beside: champion, depth: conditions.compactMap(\.figure.depth).max() ?? 10)
    let evaluation = try BundleEvaluation(subject, champion: champion, asked, conditions, threads: MachineLimits.processors)
    let report = evaluation.report(required: required, warned: warned, seed: questions.seed, compared: self.champion)
    let record = RunRecord(
      evaluationOf: subject.name, report, seconds: clock.duration(to: .now) / .seconds(1), version: Version.current)
    func commit(_ text: String, _ path: String?) throws {
      if let path { try DurableFile.commit(Array(text.utf8), at: FilePath(path), on: workspace.disk) }
    }
    try commit(JUnitReport(record).text, junit)
    try commit(MarkdownReport(record).text, markdown)
    try commit(EvaluationPage(subject.name, report, changes: evaluation.changes, version: Version.current).html, html)
    try tell(subject.name, report)
    if !report.isMet { throw AlreadyTold(status: .gateNotMet) }
  }

  private func asked(
    of subject: ComparedBundle, beside champion: ComparedBundle?, depth: Int
  ) async throws -> BundleEvaluation.Questions {
    let drawn = try await questions.drawn(from: subject, beside: champion)
    let truth =
      try questions.areItems
      ? ExactNeighbours.of(drawn.ids, in: subject.bundle, depth: depth, threads: MachineLimits.processors)
      : questions.neighbours(of: drawn.ids.count)
    return BundleEvaluation.Questions(
      vectors: drawn.vectors, championVectors: drawn.otherVectors, ids: drawn.ids, truth: truth,
      lack: questions.areItems
        ? "the bundle holds no vectors to find true neighbours in: export it with formats: [npy], or give --queries and --truth files"
        : "there are no true neighbours: give --truth FILE", labels: questions.labels)
  }

  /// The champion of the day; nil as long as there is none.
  private func served(in workspace: Workspace) throws -> ComparedBundle? {
    guard let champion else { return nil }
    let reference = try RegistryReference(champion)
    let registry = Registry.bundles(of: workspace)
    // A name with a slip in it must not pass for one that has no version yet.
    if try !registry.names().isEmpty { _ = try registry.state(of: reference.name) }
    switch reference.selector {
    case .alias(let alias): return try registry.version(of: reference.name, on: alias).map { try ComparedBundle($0) }
    case .number: return try ComparedBundle(registry.resolve(reference))
    }
  }

  private func tell(_ name: String, _ report: GateReport) throws {
    if format.json { return try Output.json(Report(bundle: name, isMet: report.isMet, gate: report)) }
    let known = report.champion?.figures ?? [:]
    let theirs = RecordedFigures(known).all.reduce(into: [:]) { $0[$1.name] = $1.unit.text($1.value) }
    let rows = RecordedFigures(report.figures).all.map { [$0.name, $0.unit.text($0.value), theirs[$0.name] ?? ""] }
    let columns = report.champion.map { ["figure", name, "\($0.name)@\($0.version)"] } ?? ["figure", name]
    let table = Table(
      columns: columns, rightAligned: Set(1..<columns.count), rows: rows.map { Array($0.prefix(columns.count)) })
    try Output.text(table.text(width: Output.columns))
    for verdict in report.verdicts {
      try Output.line(SafeText.escaped((verdict.isWarning && verdict.outcome == .missed ? "warning: " : "") + verdict.sentence))
    }
    let missed = report.missed.count
    try Output.line(
      SafeText.escaped("\(name): ")
        + (report.verdicts.isEmpty
          ? "nothing was required"
          : missed == 0 ? "the gate is met" : "the gate is not met: \(Figure.count(missed, "condition")) missed"))
  }
}
