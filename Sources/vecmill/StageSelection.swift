import ArgumentParser
import Artifacts
import Pipelines

/// Which stages are to be made, and which made again.
struct StageSelection: ParsableArguments {
  @Option(name: .long, help: ArgumentHelp("Stop when this stage, and all that it needs, is done.", valueName: "stage"))
  var until: String?

  @Option(name: .long, help: ArgumentHelp("Make this stage again though nothing changed; may be given several times.", valueName: "stage"))
  var force: [String] = []

  func plan(_ loaded: LoadedPipeline, in workspace: Workspace) throws -> Plan {
    try loaded.checkStages(until.map { [$0] } ?? [], option: "--until")
    try loaded.checkStages(force, option: "--force")
    return try Planner(loaded.pipeline, in: workspace, until: until, forced: Set(force)).plan()
  }
}
