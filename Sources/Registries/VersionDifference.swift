import Artifacts
import Bundles
import Embedders
public import IndexFormats
import VectorSearch

/// What changed from one version of an index to another.
public struct VersionDifference: Sendable, Equatable, Encodable {
  /// Something that both versions have a value of.
  public struct Change: Sendable, Equatable, Encodable {
    public var what: String
    public var old: String?
    public var new: String?
  }

  /// A figure that either version has.
  public struct MetricChange: Sendable, Equatable, Encodable {
    public var what: String
    public var old: Double?
    public var new: Double?
  }

  public var old: String
  public var new: String
  public var records: ItemComparison
  /// Index, model, parameters and stages that are not the same.
  public var options: [Change]
  /// Every figure that either version has.
  public var metrics: [MetricChange]

  /// - Throws: `BundleError` if the bytes of a version are gone or damaged; `IndexFormatError`.
  public init(from old: RegistryVersion, to new: RegistryVersion) throws {
    (self.old, self.new) = ("\(old.reference)", "\(new.reference)")
    let one = try Bundle.open(old.folder, verify: .sizes)
    let other = try Bundle.open(new.folder, verify: .sizes)
    records = try ItemComparison(from: one.items, to: other.items)
    options = Self.changes(Self.facts(old, one), Self.facts(new, other)).filter { $0.old != $0.new }
    metrics = Set(old.metrics.keys).union(new.metrics.keys).sorted().map {
      MetricChange(what: $0, old: old.metrics[$0], new: new.metrics[$0])
    }
  }

  private static func facts(_ version: RegistryVersion, _ bundle: Bundle) -> [String: String] {
    let index = bundle.description.index
    var facts = [
      "index.type": index.type, "index.metric": index.metric.rawValue, "index.dimension": "\(index.dimension)",
      "index.count": "\(index.count)", "bundle": version.digest.hex,
    ]
    facts["index.nprobe"] = index.nprobe.map { "\($0)" }
    if let model = bundle.description.embedder?.identity {
      facts["model"] = "\(model.kind) \(model.name) version \(model.version), digest \(model.digest.prefix(12))"
    }
    for (name, value) in version.lineage.parameters { facts["parameter \(name)"] = value }
    facts["pipeline file"] = version.lineage.textDigest?.hex
    facts["program"] = version.lineage.program
    for line in bundle.description.lineage.split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.count == 3 { facts["stage \(words[0]) (\(words[1]))"] = String(words[2].prefix(16)) }
    }
    return facts
  }

  private static func changes(_ old: [String: String], _ new: [String: String]) -> [Change] {
    Set(old.keys).union(new.keys).sorted().map { Change(what: $0, old: old[$0], new: new[$0]) }
  }
}
