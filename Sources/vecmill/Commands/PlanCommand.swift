import ArgumentParser
import Artifacts
import Glibc
import SystemPackage

struct PlanCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Show which stages a run would make, and why.",
    discussion: """
      A stage is fresh if its options, its inputs, the bytes of its sources and its algorithm are those of an artifact that is done.

      EXAMPLES:
        vecmill plan pipelines/photos.yaml --explain
        vecmill plan pipelines/photos.yaml --json | jq '.stages[] | select(.mustRun).name'
      """)

  @OptionGroup var pipeline: PipelineArguments
  @OptionGroup var workspace: WorkspaceOptions
  @OptionGroup var selection: StageSelection
  @Flag(name: .long, help: "Say of each stage in a sentence why it runs or is fresh.")
  var explain = false
  @OptionGroup var format: OutputOptions

  func run() async throws {
    let loaded = try pipeline.load()
    // Planning remembers the digests of large sources in a workspace, but makes none.
    let isThere = access(workspace.path.string, F_OK) == 0
    let place = Workspace(at: workspace.path, on: isThere ? SystemDisk() : ReadOnlyDisk())
    let report = try PlanReport(selection.plan(loaded, in: place))
    if format.json { return try Output.json(report) }
    try Output.text(report.text(explained: explain))
  }
}
