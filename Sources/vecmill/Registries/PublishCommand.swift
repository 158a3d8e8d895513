import ArgumentParser
import Artifacts
import Registries
import Reports
import SystemPackage

struct PublishCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "publish", abstract: "Make a bundle a numbered version of the registry.",
    discussion: """
      The version gets a copy of the bundle, every digest checked, and never changes. A bundle that is a version already is not \
      published again. Its lineage and the figures of its gates come from the run that made it, if the workspace still knows that; \
      --metric adds others.

      EXAMPLES:
        vecmill publish out/photos --name photos --metric R@10=0.93
        vecmill publish out/photos --name photos --promote
        vecmill publish out/photos --name photos --alias challenger
      """)

  @Argument(help: "The bundle's folder.", completion: .directory)
  var bundle: String
  @Option(name: .long, help: "The name that it is a version of.")
  var name: String
  @Option(
    name: .long, help: ArgumentHelp("A figure of it, such as R@10=0.93; may be given several times.", valueName: "name=value"))
  var metric: [String] = []
  @Flag(name: .long, help: "Make it the champion.")
  var promote = false
  @Option(name: .long, help: "Put this alias on it.")
  var alias: String?
  @Option(name: .long, help: "Anything worth knowing, for the history.")
  var note: String?
  @OptionGroup var place: RegistryOptions<BundlePlace>
  @OptionGroup var format: OutputOptions

  private struct Report: Encodable {
    var isNew: Bool
    var version: VersionReport
    var announcements: [Registry.Announcement]
  }

  func validate() throws {
    if promote && alias != nil { throw ValidationError("give --promote or --alias, not both") }
    _ = try metrics()
  }

  func run() async throws {
    let registry = place.registry
    var lineage = try RegistryLineage(ofBundle: FilePath(bundle))
    let run = try lineage.run(in: Workspace(at: place.workspace.path))
    if let run { lineage.add(run) } else { lineage.program = Version.current }
    let measured = run.map { lineage.metrics(of: $0) } ?? [:]
    let published = try registry.publish(
      bundle: FilePath(bundle),
      Registry.Publication(
        as: name, metrics: measured.merging(metrics()) { $1 }, lineage: lineage,
        alias: promote ? RegistryReference.champion : alias, note: note))
    let announcements = try registry.announce(name)
    let version = VersionReport(published.version, try registry.state(of: name))
    if format.json {
      try Output.json(Report(isNew: published.isNew, version: version, announcements: announcements))
    } else {
      let states = version.states.isEmpty ? "" : ": \(version.states.joined(separator: ", "))"
      try Output.line("\(published.isNew ? "published as" : "nothing to do: it is") \(version.version)\(states)")
    }
    try MoveReport.tell(announcements, of: name, format)
  }

  private func metrics() throws -> [String: Double] {
    let pairs = try metric.map { text in
      guard let equals = text.lastIndex(of: "="), equals != text.startIndex,
        let value = Double(text[text.index(after: equals)...]), value.isFinite
      else { throw ValidationError("--metric \(text) is not as R@10=0.93") }
      return (String(text[..<equals]), value)
    }
    return Dictionary(pairs) { $1 }
  }
}
