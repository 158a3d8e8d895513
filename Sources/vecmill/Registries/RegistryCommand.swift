import ArgumentParser
import Registries
import Reports
import SystemPackage

struct RegistryCommand<Place: RegistryPlace>: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "registry", abstract: "Set what follows an alias, or take an alias off.",
      discussion: """
        EXAMPLES:
          \(Place.prefix) registry link \(Place.example) /srv/\(Place.example)/current
          \(Place.prefix) registry hook \(Place.example) 'systemctl reload search'
          \(Place.prefix) registry unalias \(Place.example) challenger
        """,
      subcommands: [LinkCommand<Place>.self, HookCommand<Place>.self, UnaliasCommand<Place>.self])
  }
}

struct LinkCommand<Place: RegistryPlace>: ReportingCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(commandName: "link", abstract: "Let a symbolic link follow an alias, switched in one step.")
  }

  @Argument(help: "The name, such as photos.")
  var name: String
  @Argument(help: "The link; without it, no link follows any more.")
  var path: String?
  @OptionGroup var follower: FollowerOptions<Place>
  @OptionGroup var format: OutputOptions

  func run() async throws {
    try follower.set(of: name, format) { try $0.follow($1, follower.alias, by: path.flatMap { $0.isEmpty ? nil : FilePath($0) }) }
  }
}

struct HookCommand<Place: RegistryPlace>: ReportingCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "hook", abstract: "Let a shell command run after every move of an alias.",
      discussion: """
        It finds VECMILL_NAME, VECMILL_ALIAS, VECMILL_VERSION, VECMILL_PATH and VECMILL_PREVIOUS in its environment. If it fails, that \
        is told and tried again the next time; the move stands.
        """)
  }

  @Argument(help: "The name, such as photos.")
  var name: String
  @Argument(help: "The command; without it, none runs any more.")
  var command: String?
  @OptionGroup var follower: FollowerOptions<Place>
  @OptionGroup var format: OutputOptions

  func run() async throws {
    try follower.set(of: name, format) { try $0.follow($1, follower.alias, byRunning: command.flatMap { $0.isEmpty ? nil : $0 }) }
  }
}

/// What `link` and `hook` have in common.
struct FollowerOptions<Place: RegistryPlace>: ParsableArguments {
  @Option(name: .long, help: "The alias that is followed.")
  var alias = RegistryReference.champion
  @OptionGroup var place: RegistryOptions<Place>

  /// Sets a follower, and tells how the alias stands then.
  func set(of name: String, _ format: OutputOptions, _ body: (Registry, _ name: String) throws -> Void) throws {
    let name = try RegistryReference.checkedName(name)
    try body(place.registry, name)
    try FollowerReport(name, alias, in: place.registry).tell(format)
  }
}

struct UnaliasCommand<Place: RegistryPlace>: ReportingCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(commandName: "unalias", abstract: "Take an alias off.")
  }

  @Argument(help: "The name, such as photos.")
  var name: String
  @Argument(help: "The alias.")
  var alias: String
  @OptionGroup var place: RegistryOptions<Place>
  @OptionGroup var format: OutputOptions

  func run() async throws {
    let name = try RegistryReference.checkedName(name)
    try place.registry.remove(alias: alias, of: name)
    try FollowerReport(name, alias, in: place.registry).tell(format)
  }
}

/// How an alias stands, and what follows it.
struct FollowerReport: Encodable {
  var name: String
  var alias: String
  var version: Int?
  var link: String?
  var hook: String?
  var announcements: [Registry.Announcement]

  init(_ name: String, _ alias: String, in registry: Registry) throws {
    self.name = name
    self.alias = alias
    announcements = try registry.announce(name)
    let state = try registry.state(of: name)
    version = state.aliases[alias]
    link = state.links[alias]
    hook = state.hooks[alias]
  }

  func tell(_ format: OutputOptions) throws {
    if format.json {
      try Output.json(self)
    } else {
      try Output.line("\(alias): \(version.map { "\(name)@\($0)" } ?? "on no version")")
      if let link { try Output.line(SafeText.escaped("link: \(link)")) }
      if let hook { try Output.line(SafeText.escaped("command: \(hook)")) }
    }
    try MoveReport.tellFaults(announcements, of: name)
  }
}
