import ArgumentParser
import Glibc

@main
struct Vecmill: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "vecmill",
    abstract: "Turn archives of images and text into vector-search indexes.",
    discussion: """
      A pipeline file names the archives and the stages. A run does what is not done yet, \
      checkpoints every job, and goes on from there after any interruption. What comes out is \
      a bundle: an index that Faiss opens, and the items in SQLite.

      EXAMPLES:
        vecmill check pipelines/photos.yaml
        vecmill run pipelines/photos.yaml
        vecmill search out/photos --image cat.jpg

      EXIT STATUS:
        0         done, or nothing to do
        1         a stage failed; the next run goes on from there
        3, 4      too many rejects; a quality gate was not met
        64, 65    wrong usage; a pipeline, bundle or data file is invalid
        73, 74    cannot write (the disk is full); I/O error
        75, 78    try again (another run has the workspace); wrong configuration
        130, 143  stopped by SIGINT, by SIGTERM; the next run goes on from there
      """,
    version: Version.current,
    subcommands: [
      RunCommand.self, CheckCommand.self, PlanCommand.self, GraphCommand.self, SchemaCommand.self, StatusCommand.self,
      PublishCommand.self, PromoteCommand<BundlePlace>.self, RollbackCommand<BundlePlace>.self,
      HistoryCommand<BundlePlace>.self, ListCommand<BundlePlace>.self, DiffCommand.self, PinCommand<BundlePlace>.self,
      UnpinCommand<BundlePlace>.self, RetireCommand<BundlePlace>.self, RegistryCommand<BundlePlace>.self, ModelsCommand.self,
      SearchCommand.self, ShowCommand.self, VerifyCommand.self, GarbageCommand.self, OracleCommand.self,
      EvaluateCommand.self, CompareCommand.self, ExperimentCommand.self, TrendCommand.self,
    ])

  static func main() {
    // A reader that went away shows as EPIPE where it is written to, so that a run can still end in order.
    signal(SIGPIPE, SIG_IGN)
    // A write over the limit on file sizes fails like one on a full disk, instead of killing the process.
    signal(SIGXFSZ, SIG_IGN)
    if let shortage = MachineLimits.shortage {
      Output.note("vecmill: error: \(shortage)")
      Glibc.exit(ExitStatus.configuration.rawValue)
    }
    let interruption = Interruption()
    Task.detached { Glibc.exit(await perform(under: interruption).rawValue) }
    interruption.listen()
  }

  private static func perform(under interruption: Interruption) async -> ExitStatus {
    var command: (any ParsableCommand)?
    do {
      command = try parseAsRoot()
      if let command = command as? any InterruptibleCommand {
        try await command.run(under: interruption)
      } else if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command?.run()
      }
      return .success
    } catch {
      let wantsJSON = (command as? any ReportingCommand)?.format.json ?? CommandLine.arguments.contains("--json")
      return Failure.report(error, asJSON: wantsJSON)
    }
  }
}
