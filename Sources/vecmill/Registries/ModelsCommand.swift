import ArgumentParser
import Artifacts
import Registries
import SystemPackage

struct ModelsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models", abstract: "Versions of models, their aliases and their history.",
    discussion: """
      A stage says `embedder: {model: fashion@champion}`; its artifacts are made again when that is another model.

      EXAMPLES:
        vecmill models add fashion.vmw --name fashion --promote
        vecmill models list fashion
        vecmill models rollback fashion
      """,
    subcommands: [
      AddModelCommand.self, ListCommand<ModelPlace>.self, ShowModelCommand.self, PromoteCommand<ModelPlace>.self,
      RollbackCommand<ModelPlace>.self, HistoryCommand<ModelPlace>.self, PinCommand<ModelPlace>.self,
      UnpinCommand<ModelPlace>.self, RetireCommand<ModelPlace>.self, RegistryCommand<ModelPlace>.self,
    ])
}

struct AddModelCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "add", abstract: "Make a weight file the next version of a name.")

  @Argument(help: "The weight file, .vmw.", completion: .file(extensions: ["vmw"]))
  var file: String
  @Option(name: .long, help: "The name that it is a version of.")
  var name: String
  @Flag(name: .long, help: "Make it the champion.")
  var promote = false
  @Option(name: .long, help: "Anything worth knowing, for the history.")
  var note: String?
  @OptionGroup var place: RegistryOptions<ModelPlace>
  @OptionGroup var format: OutputOptions

  func run() async throws {
    let registry = place.registry
    var lineage = RegistryLineage()
    lineage.file = file
    lineage.program = Version.current
    let published = try registry.publish(
      model: Input.bytes(file),
      Registry.Publication(as: name, lineage: lineage, alias: promote ? RegistryReference.champion : nil, note: note))
    let announcements = try registry.announce(name)
    let version = VersionReport(published.version, try registry.state(of: name))
    if format.json {
      try Output.json(version)
    } else {
      let states = version.states.isEmpty ? "" : ": \(version.states.joined(separator: ", "))"
      try Output.line("\(published.isNew ? "added as" : "nothing to do: it is") \(version.version)\(states)")
    }
    try MoveReport.tell(announcements, of: name, format)
  }
}

struct ShowModelCommand: ReportingCommand {
  static let configuration = CommandConfiguration(commandName: "show", abstract: "Tell all that is known of a model's version.")

  @Argument(help: ArgumentHelp("The version, such as fashion@2.", valueName: "reference"))
  var reference: String
  @OptionGroup var place: RegistryOptions<ModelPlace>
  @OptionGroup var format: OutputOptions

  func run() async throws {
    let reference = try RegistryReference(reference)
    let report = VersionReport(
      try place.registry.record(of: reference), try place.registry.state(of: reference.name))
    if format.json { try Output.json(report) } else { try Output.text(report.text) }
  }
}
