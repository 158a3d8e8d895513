import ArgumentParser
import Artifacts
import Pipelines

/// Which stages are to be made, and which made again.
struct StageSelection: ParsableArguments {
  @Option(name: .long, help: ArgumentHelp("Stop when this stage, and all that it needs, is done.", valueName: "stage"))
  var until: String?

  @Option(
    name: .long,
    help: ArgumentHelp("Make this stage again though nothing changed; may be given several times.", valueName: "stage"))
  var force: [String] = []

  @Flag(name: .long, help: "Try again what stages that are done rejected, and nothing else of them.")
  var retryRejects = false

  /// - Throws: `Failure` if a stage is not one of the pipeline's.
  func check(_ loaded: LoadedPipeline) throws {
    try loaded.checkStages(until.map { [$0] } ?? [], option: "--until")
    try loaded.checkStages(force, option: "--force")
  }

  func plan(_ loaded: LoadedPipeline, in workspace: Workspace) throws -> Plan {
    try check(loaded)
    return try Planner(loaded.pipeline, in: workspace, until: until, forced: Set(force), retryRejects: retryRejects).plan()
  }
}
