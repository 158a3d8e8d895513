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
    try KeepingReport.tell(reference, "pinned", format, place.registry.pin)
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
    try KeepingReport.tell(reference, "not pinned", format, place.registry.unpin)
  }
}

/// How a version is kept now.
struct KeepingReport: Encodable {
  var version: String
  var state: String

  /// Changes how a version is kept, and tells it.
  ///
  /// - Parameter change: gives the number of the version that the reference means.
  static func tell(
    _ text: String, _ state: String, _ format: OutputOptions, _ change: (RegistryReference) throws -> Int
  ) throws {
    let reference = try RegistryReference(text)
    let report = KeepingReport(version: "\(reference.name)@\(try change(reference))", state: state)
    if format.json { try Output.json(report) } else { try Output.line("\(report.version) is \(state)") }
  }
}
