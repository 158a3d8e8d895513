import Artifacts
import FoundationEssentials

/// What an index stage tried before it settled: in run.json and the report.
public struct IndexTrials: Sendable, Codable {
  /// One way to build and search an index.
  public struct Trial: Sendable, Codable {
    public var type: String
    public var nprobe: Int?
    public var refinement: Double?
    /// Of the index's file.
    public var bytes: Int
    public var recall: Double
    /// Names of the constraints that it misses.
    public var misses: [String]
    /// Of the median query; nil where the work was taken over from another run.
    public var milliseconds: Double?

    enum CodingKeys: String, CodingKey {
      case type, nprobe, refinement, bytes, misses, milliseconds
      case recall = "recall@10"
    }
  }

  public struct Constraints: Sendable, Codable {
    public var recall: Double?
    public var memory: Int?
    public var latency: Double?

    enum CodingKeys: String, CodingKey {
      case memory
      case recall = "recall@10"
      case latency = "latency_ms"
    }
  }

  public var constraints: Constraints
  /// Vectors that were searched among, and how many there are.
  public var vectors: Int
  public var of: Int
  public var queries: Int
  public var trials: [Trial]
  /// The place of the one taken; nil if none keeps to the constraints.
  public var chosen: Int?

  /// Places of the trials that no other beats in both bytes and recall, the smallest first.
  public var front: [Int] {
    let order = trials.indices.sorted { (trials[$0].bytes, -trials[$0].recall, $0) < (trials[$1].bytes, -trials[$1].recall, $1) }
    var best = -1.0
    return order.filter { place in
      defer { best = max(best, trials[place].recall) }
      return trials[place].recall > best
    }
  }

  /// The trials of a phase, `try` or `tune`, sealed or not; nil if there are none.
  init?(_ phase: String, in artifact: Artifact) {
    func document<T: Decodable>(_ name: String) -> T? {
      guard let bytes = try? artifact.disk.read(artifact.path(of: name)) else { return nil }
      return try? JSONDecoder().decode(T.self, from: Data(bytes))
    }
    guard let trials: IndexTrials = document("\(phase).trials.json"), !trials.trials.isEmpty else { return nil }
    self = trials
    let times: Times? = document("latency.json")
    for (place, time) in (times?.trial_ms[phase] ?? []).enumerated() where place < self.trials.count {
      self.trials[place].milliseconds = time
    }
  }

  private struct Times: Decodable { var trial_ms: [String: [Double]] }
}
