import ArgumentParser
import Registries

struct RetireCommand<Place: RegistryPlace>: ReportingCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "retire", abstract: "Take a version out of use: it is not promoted any more, and gc may remove it.",
      discussion: """
        EXAMPLES:
          \(Place.prefix) retire \(Place.example)@7 --note "made from a damaged archive"
          \(Place.prefix) retire \(Place.example)@7 --undo
        """)
  }

  @Argument(help: ArgumentHelp("The version, such as photos@7.", valueName: "reference"))
  var reference: String
  @Flag(name: .long, help: "Put it back in use.")
  var undo = false
  @Option(name: .long, help: "Why, for the history.")
  var note: String?
  @OptionGroup var place: RegistryOptions<Place>
  @OptionGroup var format: OutputOptions

  func run() async throws {
    let registry = place.registry
    try KeepingReport.tell(reference, undo ? "in use" : "retired", format) {
      try undo ? registry.unretire($0) : registry.retire($0, note: note)
    }
  }
}
