import ArgumentParser
import Artifacts
import Reports

struct GarbageCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "gc", abstract: "Remove artifacts that no recent run and no alias needs.",
    discussion: """
      What the last runs of each pipeline made or used stays, what the registry names stays, and so does everything that those were \
      made from. Bundles lie outside of the workspace and need none of it.

      EXAMPLES:
        vecmill gc --dry-run
        vecmill gc --keep 1
      """)

  @OptionGroup var workspace: WorkspaceOptions
  @Option(name: .long, help: ArgumentHelp("How many runs of each pipeline keep their artifacts.", valueName: "runs"))
  var keep = 3
  @Flag(name: .long, help: "Only say what would be removed.")
  var dryRun = false
  @OptionGroup var format: OutputOptions

  private struct Report: Encodable {
    var isDryRun: Bool
    var removed: [Garbage.Piece]
    var bytes: Int
    var kept: Int
  }

  func validate() throws {
    if keep < 1 { throw ValidationError("--keep \(keep) is not positive") }
  }

  func run() async throws {
    let workspace = Workspace(at: workspace.path)
    guard try !workspace.disk.list(workspace.path).isEmpty else { throw Failure.usage("\(workspace.path) is no workspace") }
    let lock = try RunLock(workspace)
    let garbage = try Garbage(workspace, keepingRuns: keep)
    if !dryRun { try garbage.remove() }
    try tell(
      Report(isDryRun: dryRun, removed: garbage.pieces, bytes: garbage.pieces.reduce(0) { $0 + $1.bytes }, kept: garbage.kept))
    withExtendedLifetime(lock) {}
  }

  private func tell(_ report: Report) throws {
    if format.json { return try Output.json(report) }
    for piece in report.removed {
      try Output.line("\(dryRun ? "would remove" : "removed") \(piece.artifact), \(Figure.bytes(piece.bytes))")
    }
    let freed = "\(Figure.bytes(report.bytes)) \(dryRun ? "would be freed" : "freed")"
    try Output.line("\(Figure.count(report.removed.count, "artifact")), \(freed); \(Figure.count(report.kept)) kept")
  }
}
