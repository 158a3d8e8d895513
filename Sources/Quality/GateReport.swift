public import Artifacts
import FoundationEssentials

/// What an `evaluate` stage found and decided, read from its artifact: what publication, reports and CI go by.
public struct GateReport: Sendable, Codable {
  /// The champion that an index was held against.
  public struct Champion: Sendable, Hashable, Codable {
    /// Name in the registry.
    public var name: String
    public var version: Int
    /// Digest of its bundle.
    public var digest: String
    /// Figures of the champion on the same queries, by the names that figures have.
    public var figures: [String: Double]
    /// How it was compared, or why it was not.
    public var note: String?

    public init(name: String, version: Int, digest: String, figures: [String: Double] = [:], note: String? = nil) {
      self.name = name
      self.version = version
      self.digest = digest
      self.figures = figures
      self.note = note
    }
  }

  public static let figuresName = "measure.figures.json"
  public static let latencyName = "latency.json"

  public var figures: [String: Double]
  /// Confidence intervals of the figures that are means over queries.
  public var intervals: [String: [Double]]
  public var verdicts: [Verdict]
  /// The registry's name of what the stage compares with, if it says one.
  public var compared: String?
  public var champion: Champion?
  public var queries: Int
  public var items: Int
  /// Factory words of the index.
  public var index: String

  public init(
    figures: [String: Double], intervals: [String: [Double]] = [:], verdicts: [Verdict], compared: String? = nil,
    champion: Champion? = nil, queries: Int, items: Int, index: String
  ) {
    self.figures = figures
    self.intervals = intervals
    self.verdicts = verdicts
    self.compared = compared
    self.champion = champion
    self.queries = queries
    self.items = items
    self.index = index
  }

  /// The figures of a version that is published after it: all, and what was required by the name under which it was.
  public var metrics: [String: Double] {
    verdicts.reduce(into: figures) { metrics, verdict in metrics[verdict.figure] = verdict.value ?? metrics[verdict.figure] }
  }

  /// Whether every condition is met that does not only warn.
  public var isMet: Bool { verdicts.allSatisfy(\.isMet) }
  public var missed: [Verdict] { verdicts.filter { !$0.isMet } }
  public var warnings: [Verdict] { verdicts.filter { $0.isWarning && $0.outcome == .missed } }

  /// Reads what an artifact holds, sealed or not; nil if nothing was measured yet.
  ///
  /// - Throws: `CorruptFile` if a file cannot be read as what it should be.
  public static func read(_ artifact: Artifact) throws -> GateReport? {
    guard let found: Figures = try document(figuresName, artifact) else { return nil }
    let times: Times? = try document(latencyName, artifact)
    var figures = found.figures.compactMapValues { $0 }
    for case (let name, let value?) in times?.latency_ms ?? [:] { figures["latency_\(name)"] = value }
    var champion = found.champion
    for case (let name, let value?) in times?.champion_ms ?? [:] { champion?.figures["latency_\(name)"] = value }
    return GateReport(
      figures: figures, intervals: (found.intervals ?? [:]).merging(times?.intervals ?? [:]) { $1 },
      verdicts: (found.requirements ?? []) + (times?.requirements ?? []), compared: found.compared, champion: champion,
      queries: found.queries, items: found.items, index: found.index)
  }

  private struct Figures: Decodable {
    var queries: Int
    var items: Int
    var index: String
    /// A figure that is no number is null.
    var figures: [String: Double?]
    var intervals: [String: [Double]]?
    var requirements: [Verdict]?
    var compared: String?
    var champion: Champion?
  }

  private struct Times: Decodable {
    var latency_ms: [String: Double?]
    var champion_ms: [String: Double?]?
    var intervals: [String: [Double]]?
    var requirements: [Verdict]?
  }

  private static func document<T: Decodable>(_ name: String, _ artifact: Artifact) throws -> T? {
    guard try artifact.disk.list(artifact.path).contains(name) else { return nil }
    let bytes = try artifact.disk.read(artifact.path(of: name))
    do { return try JSONDecoder().decode(T.self, from: Data(bytes)) } catch {
      throw CorruptFile(artifact.path(of: name), "it is not what an evaluation writes: \(error)")
    }
  }
}
