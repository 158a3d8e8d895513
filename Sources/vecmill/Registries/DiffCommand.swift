import ArgumentParser
import Artifacts
import IndexFormats
import Quality
import Registries
import Reports

struct DiffCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "Tell what changed from one version to another: records, options, metrics.",
    discussion: """
      Records are compared by their ids and the digests of their contents.

      EXAMPLES:
        vecmill diff photos@7 photos@8
        vecmill diff photos photos@challenger --json
      """)

  @Argument(help: ArgumentHelp("The older version, such as photos@7.", valueName: "old"))
  var old: String
  @Argument(help: ArgumentHelp("The newer version, such as photos@8.", valueName: "new"))
  var new: String
  @OptionGroup var place: RegistryOptions<BundlePlace>
  @OptionGroup var format: OutputOptions

  func run() async throws {
    let registry = place.registry
    let difference = try VersionDifference(
      from: registry.resolve(RegistryReference(old)), to: registry.resolve(RegistryReference(new)))
    if format.json { return try Output.json(difference) }
    try Output.text(difference.text(width: Output.columns))
  }
}

extension VersionDifference {
  func text(width: Int) -> String {
    var text = "\(old) → \(new)\n"
    let all = [
      ("added", records.added, records.addedIDs), ("changed", records.changed, records.changedIDs),
      ("removed", records.removed, records.removedIDs),
    ]
    text += all.map { "\(Figure.count($0.1)) \($0.0)" }.joined(separator: ", ")
    text += ", \(Figure.count(records.unchanged)) unchanged records\n"
    for (word, count, ids) in all where count > 0 {
      text += "  \(word): \(ids.map(String.init).joined(separator: " "))\(count > ids.count ? " …" : "")\n"
    }
    if !options.isEmpty {
      let rows = options.map { [$0.what, $0.old ?? "-", $0.new ?? "-"] }
      text += "\n" + Table(columns: ["option", old, new], rows: rows).text(width: width)
    }
    if !metrics.isEmpty {
      text += "\n" + Table(columns: ["metric", old, new], rightAligned: [1, 2], rows: figures).text(width: width)
    }
    return text
  }

  private var figures: [[String]] {
    func known(_ side: (MetricChange) -> Double?) -> [String: RecordedFigures.Entry] {
      let values = metrics.reduce(into: [:]) { $0[$1.what] = side($1) }
      return Dictionary(uniqueKeysWithValues: RecordedFigures(values).all.map { ($0.name, $0) })
    }
    let (one, other) = (known(\.old), known(\.new))
    func text(_ figure: RecordedFigures.Entry?) -> String { figure.map { $0.unit.text($0.value) } ?? "-" }
    return Set(one.keys).union(other.keys).sorted().map { [$0, text(one[$0]), text(other[$0])] }
  }
}
