import Artifacts
import Bundles
import Embedders
import Quality
import Registries
import Reports
import SystemPackage
import VectorSearch

/// A version as `list` and `show` tell it.
struct VersionReport: Encodable {
  var version: String
  var name: String
  var number: Int
  var kind: RegistryDocument.Kind
  var aliases: [String]
  var isPinned: Bool
  var isRetired: Bool
  /// Whether gc removed its bytes.
  var isRemoved: Bool
  var digest: String
  var path: String
  var by: String
  var time: String
  var metrics: [String: Double]
  var lineage: RegistryLineage

  init(_ version: RegistryVersion, _ state: RegistryState) {
    self.version = "\(version.reference)"
    name = version.name
    number = version.number
    kind = version.document.kind
    aliases = state.aliases(of: version.number)
    isPinned = state.pinned.contains(version.number)
    isRetired = state.retired.contains(version.number)
    isRemoved = state.freed.contains(version.number)
    digest = version.digest.hex
    path = version.folder.string
    by = version.document.by
    time = version.document.time
    metrics = version.metrics
    lineage = version.lineage
  }

  /// Aliases, and what else is to be known.
  var states: [String] {
    aliases + (isPinned ? ["pinned"] : []) + (isRetired ? ["retired"] : []) + (isRemoved ? ["removed"] : [])
  }

  /// All of it, a line a fact.
  var text: String {
    var lines = [version + (states.isEmpty ? "" : "  \(states.joined(separator: ", "))")]
    func add(_ name: String, _ value: String?) {
      guard let value, !value.isEmpty else { return }
      lines.append("  \(DisplayWidth.padded(name, to: 10))  \(value)")
    }
    add("published", "\(time) by \(by)")
    add("digest", digest)
    add("path", path)
    add(
      "index",
      lineage.index.map {
        "\($0.type), \($0.metric.rawValue), \(Figure.count($0.count, "item")) of \($0.dimension) values"
      })
    add("model", lineage.model.map { "\($0.kind) \($0.name) version \($0.version), digest \($0.digest.prefix(12))" })
    add(
      "metrics",
      RecordedFigures(metrics).all.map { "\($0.name) \($0.unit.text($0.value))" }.joined(separator: ", "))
    add("pipeline", [lineage.pipeline, lineage.file.map { "from \($0)" }].compactMap(\.self).joined(separator: " "))
    add("commit", lineage.commit)
    add("program", lineage.program)
    add(
      "parameters", lineage.parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " "))
    for input in lineage.inputs {
      let items = input.items.map { ", \(Figure.count($0, "item"))" } ?? ""
      add("archive", "\(input.name), \(Figure.bytes(input.size))\(items), digest \(input.digest?.hex.prefix(12) ?? "-")")
    }
    return lines.map { SafeText.escaped($0) + "\n" }.joined()
  }
}
