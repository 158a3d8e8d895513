import Artifacts
import FoundationEssentials
import Pipelines
import Quality
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
  /// Confidence intervals of those that are means over queries.
  var intervals: [String: [Double]]
  var curve: [Point]
  var requirements: [Verdict]
  /// The registry's name of what the stage compares with.
  var compared: String?
  var champion: GateReport.Champion?

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
  /// Of the champion's index, for the same queries.
  var champion: [String: Double]?
  var threads = 1
  var intervals: [String: [Double]] = [:]
  /// What is required of times.
  var requirements: [Verdict] = []

  enum CodingKeys: String, CodingKey {
    case latency = "latency_ms"
    case champion = "champion_ms"
    case threads, intervals, requirements
  }

  /// The percentiles that are told, by name.
  private static let statistics: [(name: String, statistic: Bootstrap.Statistic)] = [
    ("mean", .mean), ("p50", .quantile(0.5)), ("p95", .quantile(0.95)), ("p99", .quantile(0.99)),
  ]

  /// Times queries of an index and, if there is one, of the champion, and judges what is required of times.
  static func measure(
    _ queries: Matrix, _ index: VectorIndex, nprobe: Int, champion: VectorIndex?, queries theirs: Matrix?, _ judge: Judge,
    _ stage: EvaluateStage
  ) throws -> Latency {
    let own = try times(queries, index, nprobe: nprobe)
    var other: [Double]?
    if let champion, let theirs {
      // As of the index itself, what goes before the search is left out.
      let ready = champion.trained.transforms.applied(to: theirs, threads: 1)
      other = try times(
        ready, champion.droppingTransforms(champion.trained.transforms.count), nprobe: champion.trained.nprobe)
    }
    var latency = Latency(latency: [:], champion: other.map { _ in [:] })
    for (name, statistic) in statistics {
      latency.latency[name] = Bootstrap.statistic(own, statistic)
      latency.intervals["latency_\(name)"] = judge.bootstrap.interval(own, statistic).map { [$0.lowerBound, $0.upperBound] }
      if let other { latency.champion?[name] = Bootstrap.statistic(other, statistic) }
    }
    func verdict(_ condition: Condition, isWarning: Bool) -> Verdict {
      let statistic = statistics.first { "latency_\($0.name)" == condition.figure.key }?.statistic ?? .mean
      var measured = Measurement(of: own, statistic)
      if let other { measured.compare(with: other) }
      return judge.verdict(on: condition, measured, isWarning: isWarning)
    }
    latency.requirements =
      stage.required.filter(\.figure.isOfTime).map { verdict($0, isWarning: false) }
      + stage.warned.filter(\.figure.isOfTime).map { verdict($0, isWarning: true) }
    return latency
  }

  /// Milliseconds of up to 500 of the queries one by one, after a few to warm up.
  private static func times(_ queries: Matrix, _ index: VectorIndex, nprobe: Int) throws -> [Double] {
    let options = SearchOptions(nprobe: nprobe, threads: 1)
    for row in (0..<min(queries.rows, 20)) { _ = try index.search(queries[rows: row..<row + 1], k: 10, options: options) }
    return try (0..<min(queries.rows, 500)).map { row in
      let query = queries[rows: row..<row + 1]
      let start = ContinuousClock.now
      _ = try index.search(query, k: 10, options: options)
      return start.duration(to: .now) / .milliseconds(1)
    }
  }

  var bytes: [UInt8] { get throws { try JSONFile.bytes(of: self) } }
}
