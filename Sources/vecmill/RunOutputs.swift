import ArgumentParser
import Artifacts
import FoundationEssentials
import Pipelines
import Quality
import Reports
import SystemPackage

/// How a run tells on standard error what happens: for people, or as structured lines.
enum LogFormat: String, CaseIterable, Sendable, ExpressibleByArgument { case text, json }

/// What a run writes for CI systems, monitoring and data catalogs.
struct RunOutputs: ParsableArguments {
  @Option(name: .long, help: ArgumentHelp("Write stages and gates as JUnit XML.", valueName: "file.xml"), completion: .file())
  var junit: String?
  @Option(
    name: .long, help: ArgumentHelp("Write a summary with the gates as Markdown.", valueName: "file.md"), completion: .file())
  var markdown: String?
  @Option(
    name: .long, help: ArgumentHelp("Write figures for Prometheus' textfile collector, in one step.", valueName: "file.prom"),
    completion: .file())
  var metrics: String?
  @Option(
    name: .long, help: ArgumentHelp("Append OpenLineage events, a line of JSON each.", valueName: "file.jsonl"),
    completion: .file())
  var lineage: String?
  @Option(name: .long, help: "json: structured lines on standard error in place of progress.")
  var logFormat = LogFormat.text

  func validate() throws {
    if [junit, markdown, metrics, lineage].contains("") {
      throw ValidationError("--junit, --markdown, --metrics and --lineage need the name of a file")
    }
  }

  /// Files that are written, whose folders must be there.
  var files: [String] { [junit, markdown, metrics, lineage].compactMap { $0 } }

  /// Writes what is told at the end.
  func write(_ record: RunRecord, report: String, on disk: any Disk) throws {
    func commit(_ text: String, _ path: String?) throws {
      guard let path else { return }
      try DurableFile.commit(Array(text.utf8), at: FilePath(path), on: disk)
    }
    try commit(JUnitReport(record).text, junit)
    try commit(MarkdownReport(record, report: report).text, markdown)
    try commit(PrometheusText(record, ended: Date.now.timeIntervalSince1970).text, metrics)
  }

  /// Who is told of events: the lineage file, the log.
  func observers(_ plan: Plan) throws -> (observe: [@Sendable (RunEvent) -> Void], lineage: LineageLog?) {
    var observers: [@Sendable (RunEvent) -> Void] = []
    let log: LineageLog?
    do { log = try lineage.map { try LineageLog(FilePath($0), plan, version: Version.current) } } catch let error as Errno {
      throw DiskError(.create, FilePath(lineage ?? ""), error)
    }
    if let log { observers.append(log.observe) }
    if logFormat == .json {
      let name = plan.pipeline.name
      observers.append { event in if let line = LogLine.line(event, pipeline: name) { Output.note(line) } }
    }
    return (observers, log)
  }

  /// Tells the error that ended a run in the format of the log.
  func tell(_ failure: any Error, pipeline: String) {
    guard logFormat == .json else {
      return Output.note("vecmill: error: \(SafeText.escapedLines("\(failure)"))")
    }
    let status = ExitStatus(of: failure)
    Output.note(LogLine.line("error", "\(failure)", pipeline: pipeline, [("exit", "\(status.rawValue)")]))
  }
}

/// Adds what a run's gates measured to the series of their names.
enum TrendRecording {
  static func append(_ record: RunRecord, _ folder: RunFolder, _ plan: Plan) throws {
    for gate in record.gates ?? [] {
      guard let stage = record.stages.first(where: { $0.name == gate.stage }), stage.state == .done || stage.state == .failed
      else { continue }
      let name = gate.report.compared?.split(separator: "@").first.map(String.init) ?? record.request.pipeline
      let point = TrendPoint(
        time: record.started, run: folder.path.lastComponent?.string ?? "", pipeline: record.request.pipeline, stage: gate.stage,
        key: stage.key.hex, gate.report)
      try TrendSeries(name, in: plan.workspace).append([point])
    }
  }
}
