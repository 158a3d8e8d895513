import ArgumentParser
import Registries

struct PinCommand<Place: RegistryPlace>: ReportingCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(commandName: "pin", abstract: "Keep a version whatever its age: gc leaves it alone.")
  }

  @Argument(help: ArgumentHelp("The version, such as photos@8.", valueName: "reference"))
  var reference: String
  @OptionGroup var place: RegistryOptions<Place>
  @OptionGroup var format: OutputOptions

  func run() async throws {
    let reference = try RegistryReference(reference)
    let number = try place.registry.pin(reference)
    try KeepingReport(version: "\(reference.name)@\(number)", state: "pinned").tell(format)
  }
}

struct UnpinCommand<Place: RegistryPlace>: ReportingCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(commandName: "unpin", abstract: "Let a version go when its time comes.")
  }

  @Argument(help: ArgumentHelp("The version, such as photos@8.", valueName: "reference"))
  var reference: String
  @OptionGroup var place: RegistryOptions<Place>
  @OptionGroup var format: OutputOptions

  func run() async throws {
    let reference = try RegistryReference(reference)
    let number = try place.registry.unpin(reference)
    try KeepingReport(version: "\(reference.name)@\(number)", state: "not pinned").tell(format)
  }
}

struct KeepingReport: Encodable {
  var version: String
  var state: String

  func tell(_ format: OutputOptions) throws {
    if format.json { try Output.json(self) } else { try Output.line("\(version) is \(state)") }
  }
}
