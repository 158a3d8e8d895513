import Artifacts
import FoundationEssentials
import Pipelines
import SystemPackage
import Tensors
import VectorSearch

/// What an evaluation found, as `measure.figures.json` holds it.
struct EvaluationFigures: Codable {
  /// Recall at a number of lists visited.
  struct Point: Codable {
    var nprobe: Int
    var recall: Double

    enum CodingKeys: String, CodingKey {
      case nprobe
      case recall = "10-recall@10"
    }
  }

  var queries: Int
  var items: Int
  var metric: String
  var index: String
  var nprobe: Int?
  var figures: [String: Double]
  var curve: [Point]
  var requirements: [RequirementOutcome]

  var bytes: [UInt8] { get throws { try JSONFile.bytes(of: self) } }
}

/// Plain JSON files with sorted keys.
enum JSONFile {
  static func bytes(of value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(value)) + [UInt8(ascii: "\n")]
  }
}

/// Milliseconds that single queries took, one thread.
///
/// Time is the one figure that is never the same twice, so it lies beside the artifact's files and is no part of its manifest.
struct Latency: Codable {
  static let fileName = "latency.json"

  var latency: [String: Double]
  var threads = 1
  /// What is required of times.
  var requirements: [RequirementOutcome] = []

  enum CodingKeys: String, CodingKey {
    case latency = "latency_ms"
    case threads, requirements
  }

  /// Times up to 500 of the queries one by one, after a few to warm up.
  static func measure(_ queries: Matrix, _ index: VectorIndex, nprobe: Int) throws -> Latency {
    var times: [Double] = []
    let options = SearchOptions(nprobe: nprobe, threads: 1)
    for row in (0..<min(queries.rows, 20)) { _ = try index.search(queries[rows: row..<row + 1], k: 10, options: options) }
    for row in 0..<min(queries.rows, 500) {
      let query = queries[rows: row..<row + 1]
      let start = ContinuousClock.now
      _ = try index.search(query, k: 10, options: options)
      let elapsed = start.duration(to: .now)
      times.append(Double(elapsed.components.seconds) * 1e3 + Double(elapsed.components.attoseconds) / 1e15)
    }
    times.sort()
    func percentile(_ share: Double) -> Double { times[min(times.count - 1, Int(share * Double(times.count)))] }
    return Latency(latency: [
      "mean": times.reduce(0, +) / Double(times.count), "p50": percentile(0.5), "p95": percentile(0.95),
      "p99": percentile(0.99),
    ])
  }

  var bytes: [UInt8] { get throws { try JSONFile.bytes(of: self) } }

  /// By the names that requirements use.
  var figures: [String: Double] {
    Dictionary(uniqueKeysWithValues: latency.map { ("latency_\($0.key)_ms", $0.value) })
  }

  static func read(_ artifact: Artifact) throws -> [String: Double] {
    guard let bytes = try? artifact.disk.read(artifact.path(of: fileName)) else { return [:] }
    return try JSONDecoder().decode(Latency.self, from: Data(bytes)).figures
  }
}
