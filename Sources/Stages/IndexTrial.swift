import Artifacts
import FoundationEssentials
import VectorSearch

/// One way to build and search an index, and what it came to.
struct IndexTrial: Sendable, Codable, Equatable {
  var type: String
  /// Lists visited; nil without lists.
  var nprobe: Int?
  /// Candidates a wanted result that the refinement compares; nil without one.
  var refinement: Double?
  /// Of the index's file.
  var bytes: Int
  var recall: Double
  /// Names of the constraints that it misses.
  var misses: [String]

  enum CodingKeys: String, CodingKey {
    case type, nprobe, refinement, bytes, misses
    case recall = "recall@10"
  }

  var words: String {
    ([type] + [nprobe.map { "nprobe \($0)" }, refinement.map { "refinement \($0)" }].compactMap { $0 }).joined(separator: ", ")
  }
}

/// `try.trials.json` and `tune.trials.json`: all that was tried, in order.
///
/// Times are no part of it: what they decide is in `misses`, and they lie beside it in `latency.json`.
struct IndexTrialFile: Codable {
  static let ending = ".trials.json"

  var constraints: IndexConstraints
  /// Vectors searched among, and how many there are.
  var vectors: Int
  var of: Int
  var queries: Int
  var trials: [IndexTrial]
  /// The place of the one taken; nil if none keeps to the constraints.
  var chosen: Int?

  var bytes: [UInt8] { get throws { try JSONFile.bytes(of: self) } }

  static func read(_ checkpoint: Checkpoint, in artifact: Artifact) throws -> IndexTrialFile {
    let file = checkpoint.file(ending: ending)!
    return try JSONDecoder().decode(IndexTrialFile.self, from: Data(artifact.read(file)))
  }

  /// The smallest that keeps to all constraints, of equal ones the one with the least to do; rather one with recall to spare.
  static func smallest(_ trials: [IndexTrial], _ constraints: IndexConstraints) -> Int? {
    let fitting = trials.indices.filter { trials[$0].misses.isEmpty }
    let ample = fitting.filter { trials[$0].recall >= constraints.ampleRecall }
    return (ample.isEmpty ? fitting : ample).min { order(trials[$0]) < order(trials[$1]) }
  }

  /// Of those that miss something, the one that misses least, and finds most.
  static func best(_ trials: [IndexTrial]) -> Int? {
    trials.indices.min { one, other in
      (trials[one].misses.count, -trials[one].recall) < (trials[other].misses.count, -trials[other].recall)
    }
  }

  private static func order(_ trial: IndexTrial) -> (Int, Int, Double) { (trial.bytes, trial.nprobe ?? 1, trial.refinement ?? 1) }
}

/// `latency.json` of an index: milliseconds of every trial, which are never the same twice; no part of the manifest.
struct IndexLatency: Codable {
  static let fileName = "latency.json"

  /// By the phase whose trials they are, in the trials' order.
  var trialMilliseconds: [String: [Double]]

  enum CodingKeys: String, CodingKey { case trialMilliseconds = "trial_ms" }

  static func add(_ times: [Double], of phase: String, to artifact: Artifact) throws {
    let path = artifact.path(of: fileName)
    let old = (try? artifact.disk.read(path)).flatMap { try? JSONDecoder().decode(IndexLatency.self, from: Data($0)) }
    var all = old ?? IndexLatency(trialMilliseconds: [:])
    all.trialMilliseconds[phase] = times
    try DurableFile.commit(JSONFile.bytes(of: all), at: path, on: artifact.disk)
  }

  static func read(_ phase: String, in artifact: Artifact) -> [Double]? {
    guard let bytes = try? artifact.disk.read(artifact.path(of: fileName)) else { return nil }
    return (try? JSONDecoder().decode(IndexLatency.self, from: Data(bytes)))?.trialMilliseconds[phase]
  }
}
