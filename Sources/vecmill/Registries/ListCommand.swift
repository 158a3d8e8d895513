import ArgumentParser
import Bundles
import Registries
import Reports

struct ListCommand<Place: RegistryPlace>: ReportingCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "list", abstract: "List the names of the registry, or the versions of one.",
      discussion: """
        EXAMPLES:
          \(Place.prefix) list
          \(Place.prefix) list \(Place.example)
        """)
  }

  @Argument(help: "A name, for its versions.")
  var name: String?
  @OptionGroup var place: RegistryOptions<Place>
  @OptionGroup var format: OutputOptions

  private struct Name: Encodable {
    var name: String
    var versions: Int
    var aliases: [String: Int]
    var links: [String: String]
    var hooks: [String: String]
  }

  func run() async throws {
    if let name { return try tellVersions(of: RegistryReference.checkedName(name)) }
    let registry = place.registry
    let names = try registry.names().map { name in
      let state = try registry.state(of: name)
      return Name(
        name: name, versions: state.latest, aliases: state.aliases, links: state.links, hooks: state.hooks)
    }
    if format.json { return try Output.json(names) }
    if names.isEmpty { return try Output.line("nothing was published yet") }
    let table = Table(
      columns: ["name", "versions", "champion", "other aliases", "link"], rightAligned: [1],
      rows: names.map { name in
        let others = name.aliases.filter { $0.key != RegistryReference.champion }.sorted { $0.key < $1.key }
        return [
          name.name, "\(name.versions)", name.aliases[RegistryReference.champion].map { "\(name.name)@\($0)" } ?? "-",
          others.map { "\($0.key) @\($0.value)" }.joined(separator: ", "), name.links[RegistryReference.champion] ?? "",
        ]
      })
    try Output.text(table.text(width: Output.columns))
  }

  private func tellVersions(of name: String) throws {
    let registry = place.registry
    let state = try registry.state(of: name)
    let versions = try registry.versions(of: name).reversed().map { VersionReport($0, state) }
    if format.json { return try Output.json(versions) }
    let figures = Set(versions.flatMap { $0.metrics.keys }).intersection(["R@10", "recall@10", "mAP@10"]).sorted()
    let table = Table(
      columns: ["version", "state", "published", "items"] + figures + ["digest"], rightAligned: Set(3..<4 + figures.count),
      rows: versions.map { Self.cells($0, figures) })
    try Output.text(table.text(width: Output.columns))
  }

  private static func cells(_ version: VersionReport, _ figures: [String]) -> [String] {
    let time = String(version.time.prefix(16)).replacing("T", with: " ")
    let items = version.lineage.index.map { Figure.count($0.count) } ?? "-"
    let values = figures.map { figure in version.metrics[figure].map { "\(($0 * 1e4).rounded() / 1e4)" } ?? "-" }
    return [version.version, version.states.joined(separator: ", "), time, items] + values + [String(version.digest.prefix(12))]
  }
}
