import Artifacts
import FoundationEssentials
import Quality
import SystemPackage

/// What a stage of kind `evaluate` left in its artifact; every part may be missing.
struct Evaluation: Sendable {
  static let kind = "evaluate"

  var stage: String
  var figures: EvaluationFigures?
  var contact: ContactSheet?
  var latency: Latency?
  var gate: GateReport?

  /// Reads the files of an artifact, sealed or not; nil if it has none of them.
  init?(stage: String, in artifact: Artifact) {
    func document<T: Decodable>(_ name: String) -> T? {
      guard let bytes = try? artifact.disk.read(artifact.path(of: name)) else { return nil }
      return try? JSONDecoder().decode(T.self, from: Data(bytes))
    }
    self.stage = stage
    figures = document("measure.figures.json")
    contact = document("measure.contact.json")
    latency = document("latency.json")
    gate = (try? GateReport.read(artifact)).flatMap { $0 }
    if figures == nil && contact == nil && latency == nil { return nil }
  }
}

/// `measure.figures.json`
struct EvaluationFigures: Sendable, Decodable {
  struct Requirement: Sendable, Decodable {
    var figure: String
    /// As the pipeline file has it: `>= 0.8`.
    var threshold: String
    var value: Double?
    var isMet: Bool
  }

  var queries: Int?
  var items: Int?
  var metric: String?
  var index: String?
  var nprobe: Int?
  var figures: [String: Double?]?
  /// Figures by the number of lists searched.
  var curve: [[String: Double?]]?
  var requirements: [Requirement]?

  /// Names and values, R@k first, then k-recall@k by k, then the rest.
  var sorted: [(name: String, value: Double)] {
    (figures ?? [:]).compactMap { name, value in value.map { (name, $0) } }.sorted { Self.rank($0.name) < Self.rank($1.name) }
  }

  private static func rank(_ name: String) -> (Int, Int, String) {
    let places = ["R@", "recall@", "label_R@", "mAP@", "rbo@", "jaccard@"]
    let group = name.hasPrefix("R@") ? 0 : places.dropFirst().firstIndex { name.contains($0) } ?? places.count
    let number = name.split(separator: "@").last.flatMap { Int($0) } ?? 0
    return (group, number, name)
  }
}

/// `latency.json`
struct Latency: Sendable, Decodable {
  var latency_ms: [String: Double?]
  var threads: Int?
  var requirements: [EvaluationFigures.Requirement]?
}

/// `measure.contact.json`
struct ContactSheet: Sendable, Decodable {
  struct Item: Sendable, Decodable {
    var rank: Int?
    var score: Double?
    var id: Int64?
    var archive: String?
    var entry: String?
    var caption: String?
    /// Base64.
    var jpeg: String?
    var text: String?
  }

  struct Query: Sendable, Decodable {
    var query: Item
    var hits: [Item]
  }

  /// A query of which the champion's answers are others.
  struct Change: Sendable, Decodable {
    var query: Item
    var overlap: Double
    var old: [Item]
    var new: [Item]
  }

  var queries: [Query]
  var changes: [Change]?
}
