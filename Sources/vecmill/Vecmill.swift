import ArgumentParser
import Glibc

@main
struct Vecmill: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "vecmill",
    abstract: "Turn archives of images and text into vector-search indexes.",
    discussion: """
      A pipeline file names the archives and the stages. A run does what is not done yet, checkpoints every job, and goes on from
      there after any interruption. What comes out is a bundle: an index that Faiss opens, and the items in SQLite.

      EXAMPLES:
        vecmill check pipelines/photos.yaml
        vecmill run pipelines/photos.yaml
        vecmill search out/photos --image cat.jpg

      EXIT STATUS:
        0 done, or nothing to do · 1 a stage failed · 3 too many rejects · 4 a quality gate was not met
        64 wrong usage · 65 a pipeline, bundle or data file is invalid · 73 cannot write (disk full) · 74 I/O error
        75 try again (locked by another run) · 78 wrong configuration · 130, 143 stopped by SIGINT, SIGTERM; resumable
      """,
    version: Version.current,
    subcommands: [
      RunCommand.self, CheckCommand.self, PlanCommand.self, GraphCommand.self, SchemaCommand.self, StatusCommand.self,
      SearchCommand.self, ShowCommand.self, VerifyCommand.self, GarbageCommand.self, OracleCommand.self,
    ])

  static func main() async {
    // A reader that went away shows as EPIPE where it is written to, so that a run can still end in order.
    signal(SIGPIPE, SIG_IGN)
    var command: (any ParsableCommand)?
    do {
      command = try parseAsRoot()
      // Before any other thread exists: all of them must leave the signals to the one that listens.
      let interruption = Interruption()
      if let command = command as? any InterruptibleCommand {
        try await command.run(under: interruption)
      } else if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command?.run()
      }
    } catch {
      let wantsJSON = (command as? any ReportingCommand)?.format.json ?? CommandLine.arguments.contains("--json")
      Glibc.exit(Failure.report(error, asJSON: wantsJSON).rawValue)
    }
  }
}
