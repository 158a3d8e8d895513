import ArgumentParser
import Registries
import SystemPackage

struct PromoteCommand<Place: RegistryPlace>: ReportingCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "promote", abstract: "Put an alias on a version: the champion, unless told otherwise.",
      discussion: """
        The move is one step: readers find the old version or the new one. A link and a command that follow the alias do so \
        afterwards; if one fails that is told, and the move stands. If another process moves the alias meanwhile, this ends with 75.

        EXAMPLES:
          \(Place.prefix) promote \(Place.example)@8
          \(Place.prefix) promote \(Place.example)@9 --alias challenger
          \(Place.prefix) promote \(Place.example)@challenger --link /srv/\(Place.example)/current
        """)
  }

  @Argument(help: ArgumentHelp("The version, such as photos@8 or photos@challenger.", valueName: "reference"))
  var reference: String
  @Option(name: .long, help: "The alias that is moved.")
  var alias = RegistryReference.champion
  @Option(name: .long, help: ArgumentHelp("Only if the alias is on this version now; 0 for none.", valueName: "number"))
  var expect: Int?
  @Option(
    name: .long, help: ArgumentHelp("A symbolic link that follows the alias from now on.", valueName: "path"), completion: .file()
  )
  var link: String?
  @Option(
    name: .long, help: ArgumentHelp("A shell command that runs after every move from now on.", valueName: "command"))
  var hook: String?
  @Option(name: .long, help: "Why, for the history.")
  var note: String?
  @OptionGroup var place: RegistryOptions<Place>
  @OptionGroup var format: OutputOptions

  func run() async throws {
    let registry = place.registry
    let reference = try RegistryReference(reference)
    // What a person decides by is how things stand now.
    let state = try registry.state(of: reference.name)
    let expected = state.aliases[alias]
    let version = try registry.record(of: reference)
    if version.number != expected, state.isUsable(version.number) { try registry.requireSound(version) }
    if let link { try registry.follow(reference.name, alias, by: FilePath(link)) }
    if let hook { try registry.follow(reference.name, alias, byRunning: hook) }
    let move = try registry.promote(
      reference, to: alias, expecting: .version(expect.map { $0 == 0 ? nil : $0 } ?? expected), note: note)
    try MoveReport(reference.name, move, in: registry).tell(format)
  }
}
