import ArgumentParser
import Artifacts
import Pipelines
import Reports
import SystemPackage

struct StatusCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "List the runs and artifacts of a workspace.",
    discussion: """
      EXAMPLES:
        vecmill status
        vecmill status --stale pipelines/photos.yaml
      """)

  @OptionGroup var workspace: WorkspaceOptions
  @Option(
    name: .long,
    help: ArgumentHelp("Say which stages of a pipeline the next run would make, why, and what of them.", valueName: "file"),
    completion: .file())
  var stale: String?
  @Option(name: .customLong("set"), help: ArgumentHelp("For --stale: replace the value of a param.", valueName: "name=value"))
  var overrides: [String] = []
  @Option(name: .long, help: ArgumentHelp("How many runs to list, the newest first.", valueName: "n"))
  var runs = 10
  @OptionGroup var format: OutputOptions

  func run() async throws {
    if let stale {
      let arguments = [stale] + overrides.flatMap { ["--set", $0] } + ["--workspace", workspace.path.string, "--explain"]
      return try await PlanCommand.parse(arguments + (format.json ? ["--json"] : [])).run()
    }
    let report = try WorkspaceReport(Workspace(at: workspace.path), runs: max(0, runs))
    if format.json { return try Output.json(report) }
    try Output.text(report.text(width: Output.columns))
  }
}

/// What lies in a workspace.
struct WorkspaceReport: Encodable {
  struct Run: Encodable {
    var name: String
    var pipeline: String
    var outcome: RunRecord.Outcome
    var started: String
    var seconds: Double?
    var rows: Int
    var rejects: Int
    var error: String?
  }

  struct Stored: Encodable {
    var name: String
    var kind: String?
    var isSealed: Bool
    var rows: Int?
    /// On disk; files shared with an artifact before it in the list count there.
    var bytes: Int
    var fault: String?
    /// Whether it is sound, but of a layout that this program does not read.
    var isOfOtherVersion = false
  }

  var workspace: String
  var runs: [Run]
  var artifacts: [Stored]

  init(_ workspace: Workspace, runs limit: Int) throws {
    self.workspace = workspace.path.string
    runs = try workspace.runs().suffix(limit).reversed().compactMap { folder in
      guard let record = try? folder.record() else { return nil }
      return Run(
        name: folder.path.lastComponent!.string, pipeline: record.request.pipeline, outcome: record.outcome,
        started: record.started,
        seconds: record.seconds, rows: record.stages.filter { $0.inputs.isEmpty }.reduce(0) { $0 + ($1.rows ?? 0) },
        rejects: record.rejected, error: record.error?.message)
    }
    var sizes = FolderSizes()
    artifacts = try workspace.artifacts().map { artifact in
      var stored = Stored(
        name: artifact.name, kind: (try? artifact.recipe())?.kind, isSealed: false,
        bytes: try sizes.add(artifact.path, on: artifact.disk))
      do {
        let summary = try artifact.summary()
        stored.isSealed = summary != nil
        stored.rows = summary?.rows
      } catch {
        stored.fault = "\(error)"
        stored.isOfOtherVersion = error is OtherFormat
      }
      return stored
    }
  }

  func text(width: Int) -> String {
    if runs.isEmpty && artifacts.isEmpty { return "\(SafeText.escaped(workspace)): nothing here yet\n" }
    let runTable = Table(
      columns: ["run", "outcome", "time", "records", "rejects"], rightAligned: [2, 3, 4],
      rows: runs.map {
        [$0.name, $0.outcome.rawValue, $0.seconds.map(Figure.seconds) ?? "-", Figure.count($0.rows), Figure.count($0.rejects)]
      })
    let artifactTable = Table(
      columns: ["artifact", "kind", "state", "rows", "size"], rightAligned: [3, 4],
      rows: artifacts.map {
        [
          $0.name, $0.kind ?? "?",
          $0.isOfOtherVersion ? "other version" : $0.fault != nil ? "damaged" : $0.isSealed ? "done" : "unfinished",
          $0.rows.map { Figure.count($0) } ?? "-", Figure.bytes($0.bytes),
        ]
      })
    let total =
      "\(Figure.count(artifacts.count, "artifact")), \(Figure.bytes(artifacts.reduce(0) { $0 + $1.bytes })) in \(SafeText.escaped(workspace))"
    return (runs.isEmpty ? "" : runTable.text(width: width) + "\n") + artifactTable.text(width: width) + "\n" + total + "\n"
  }
}
