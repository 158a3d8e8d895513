import Artifacts
import Foundation
import IndexFormats
import Pipelines
import Stages
import SystemPackage
import Tensors
import TestSupport
import Testing
import VectorSearch

/// `type: auto`, `nprobe: auto` and `constraints` of the index stage.
@Suite struct IndexTuningTests {
  private struct Trial: Decodable {
    var type: String
    var nprobe: Int?
    var bytes: Int
    var recall: Double
    var misses: [String]

    enum CodingKeys: String, CodingKey {
      case type, nprobe, bytes, misses
      case recall = "recall@10"
    }
  }

  private struct Trials: Decodable {
    var trials: [Trial]
    var chosen: Int?
  }

  private static func text(_ options: String) -> String {
    """
    pipeline: p
    stages:
      v: {kind: ingest, media: vectors, from: ["{data}/v.npy"], shard_size: 400}
      index: {kind: index, input: v, metric: l2, iterations: 4, \(options)}
      quality: {kind: evaluate, input: index, queries: 100}
      files: {kind: export, input: index, to: "{out}"}
    """
  }

  private func site(_ options: String, in folder: TemporaryFolder? = nil, name: String = "a") throws -> Site {
    let folder = try folder ?? TemporaryFolder()
    try folder.write("v.npy", clustered(1500, 16, seed: 8).numpyBytes)
    return Site(folder, Self.text(options), name: name)
  }

  private func trials(_ site: Site, _ phase: String) throws -> Trials {
    try JSONDecoder().decode(Trials.self, from: Data(site.bytes("index", phase, ".trials.json")))
  }

  @Test func autoTakesTheSmallestThatWillDo() async throws {
    let site = try site("type: auto, trial_vectors: 1200, constraints: {recall@10: 0.8, memory: 300KiB}")
    try await site.run(jobs: 2)
    let tried = try trials(site, "try")
    let chosen = tried.trials[try #require(tried.chosen)]
    #expect(chosen.recall >= 0.8 && chosen.bytes <= 300 << 10 && chosen.misses.isEmpty)
    // A trial says rightly what it misses, and none that misses nothing is smaller.
    for trial in tried.trials {
      let misses = (trial.recall < 0.8 ? ["recall@10"] : []) + (trial.bytes > 300 << 10 ? ["memory"] : [])
      #expect(trial.misses == misses, "\(trial)")
      if trial.misses.isEmpty { #expect(trial.bytes >= chosen.bytes, "\(trial)") }
    }
    #expect(Set(tried.trials.map(\.type)).count > 4 && tried.trials.contains { $0.bytes < chosen.bytes })
    let index = try FaissReader.index(path: site.out.appending("index.faiss").string)
    let build = try site.manifest("index").whole("build")!
    #expect(build.notes["type"] == .text(chosen.type) && index.count == 1500)
    // On other queries than the stage's own, and all vectors: near what was asked for.
    #expect(try site.figures("quality")["10-recall@10"]! > 0.74)
    let size = build.file(ending: ".faiss")!.size
    #expect(try trials(site, "tune").trials.allSatisfy { $0.bytes == size } && size <= 300 << 10)
  }

  @Test func theSameFilesAtAnyWidth() async throws {
    let folder = try TemporaryFolder()
    let options = "type: auto, constraints: {recall@10: 0.9}"
    let (one, other) = (try site(options, in: folder), try site(options, in: folder, name: "b"))
    try await one.run(jobs: 1)
    try await other.run(jobs: 4)
    expectSame(try one.artifacts(), try other.artifacts(), "artifacts")
    #expect(try trials(one, "try").trials.allSatisfy { $0.recall <= 1 })
  }

  @Test func findsTheFewestLists() async throws {
    let site = try site("type: 'IVF32,Flat', nprobe: auto, constraints: {recall@10: 0.9}")
    try await site.run()
    let index = try FaissReader.index(path: site.out.appending("index.faiss").string)
    let tuned = try trials(site, "tune")
    let chosen = tuned.trials[try #require(tuned.chosen)]
    let fewer = try #require(tuned.trials.first { $0.nprobe == chosen.nprobe! - 1 })
    #expect(index.trained.nprobe == chosen.nprobe && chosen.recall >= 0.9 && fewer.recall < 0.9)
    // The trial's recall is what brute force says of the index.
    #expect(try site.manifest("index").whole("tune")!.notes["recall@10"]?.number == chosen.recall)
  }

  @Test(arguments: [
    ("type: auto, constraints: {recall@10: 0.9, memory: 20KiB}", "memory is"),
    ("type: PQ4x4, constraints: {recall@10: 0.999}", "recall@10 is"),
    ("type: 'IVF8,PQ4x4', nprobe: auto, constraints: {recall@10: 0.999}", "PQ4x4, nprobe"),
    ("type: auto, constraints: {recall@10: 0.5, latency: 0.000000001s}", "latency_ms is"),
  ])
  func failsWithTheBest(_ options: String, _ words: String) async throws {
    let site = try site(options)
    let error = await #expect(throws: StageError.self) { try await site.run() }
    let cause = try #require(error?.cause as? ConstraintsNotMet)
    #expect("\(cause)".contains("best found is") && "\(cause)".contains(words), "\(cause)")
  }

  /// A latency depends on the day: what was chosen stands, and an interrupted run goes on with it.
  @Test func aResumedRunKeepsTheChoice() async throws {
    let site = try site("type: auto, constraints: {recall@10: 0.8, latency: 1h}")
    try await site.run(until: "index")
    let before = try site.artifacts()
    let artifact = try site.artifact("index")
    for name in ["manifest.json", "tune.checkpoint.json", "build.checkpoint.json"] {
      try FileManager.default.removeItem(atPath: artifact.path(of: name).string)
    }
    let jobs = try await site.run(until: "index").jobsDone
    #expect(jobs.contains("index tune") && !jobs.contains("index try") && !jobs.contains("index choose"), "\(jobs)")
    expectSame(try site.artifacts(), before, "artifacts")
  }

  @Test(arguments: [
    ("type: auto", "constraints"), ("type: auto, constraints: {memory: 1MiB}", "recall@10"),
    ("type: PQ4, nprobe: auto, constraints: {recall@10: 0.5}", "no lists"),
    ("type: 'IVF8,Flat', nprobe: auto", "recall@10"), ("type: 'IVF8,Flat', nprobe: 9", "has 8 lists"),
    ("type: auto, constraints: {recall@10: 1.5}", "from 0 to 1"), ("type: auto, constraints: {memory: many}", "size"),
  ])
  func refuses(_ options: String, _ words: String) throws {
    let file = try site(options).file
    #expect(file.pipeline == nil && file.render(color: false).contains(words), "\(file.render(color: false))")
  }
}
