import ArgumentParser
import Registries

struct RollbackCommand<Place: RegistryPlace>: ReportingCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "rollback", abstract: "Put the champion back on the version it was before.",
      discussion: """
        Again and again it goes further back; a promotion begins anew from there. Versions that were retired or removed are passed \
        over. An index goes back with its model and its preprocessing, because the bundle holds them.

        EXAMPLES:
          \(Place.prefix) rollback \(Place.example)
          \(Place.prefix) rollback \(Place.example) --note "red shoes came first for everything"
        """)
  }

  @Argument(help: "The name, such as photos.")
  var name: String
  @Option(name: .long, help: "The alias that goes back.")
  var alias = RegistryReference.champion
  @Option(name: .long, help: "Why, for the history.")
  var note: String?
  @OptionGroup var place: RegistryOptions<Place>
  @OptionGroup var format: OutputOptions

  func run() async throws {
    let registry = place.registry
    let name = try RegistryReference.checkedName(name)
    let expected = try registry.state(of: name).aliases[alias]
    try registry.requireSound(registry.predecessor(of: name, on: alias))
    let move = try registry.rollBack(name, alias: alias, expecting: .version(expected), note: note)
    try MoveReport(name, move, in: registry).tell(format)
  }
}
