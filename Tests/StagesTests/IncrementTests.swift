import Artifacts
import Foundation
import Pipelines
import Stages
import SystemPackage
import Testing

/// What is reused from night to night is exactly what would be made from nothing, and all that need not be made is reused.
@Suite struct IncrementTests {
  struct Embedding: Sendable, CustomTestStringConvertible {
    var name: String
    var medium: NightlyCorpus.Medium
    var featurize: String
    var testDescription: String { name }

    static let all = [
      Embedding(name: "cnn", medium: .picture, featurize: "embedder: cnn"),
      Embedding(
        name: "command", medium: .text,
        featurize:
          #"embedder: command, command: {program: "{root}/pipelines/embedders/byte_shares.py", version: "1", dimension: 16}"#),
      Embedding(
        name: "hashing", medium: .text,
        featurize: "embedder: hashing, hashing: {idf: false, projection: random, dimensions: 16, features: 512}"),
    ]

    var text: String {
      """
      pipeline: nights
      stages:
        items: {kind: ingest, media: \(medium == .picture ? "image" : "text"), from: ["{data}/archives/*.tar"], shard_size: 7}
        features: {kind: featurize, input: items, \(featurize), max_rejects: 100%}
        unit: {kind: normalize, input: features, steps: [center, {pca: 8}, l2], max_drift: 0.3}
        index: {kind: index, input: unit, type: "PQ4x4", metric: l2, max_drift: 0.3}
        files: {kind: export, input: index, to: "{out}"}
      """
    }
  }

  @Test(arguments: Embedding.all, 0..<2) func everyNightIsAsFromNothing(_ embedding: Embedding, _ round: Int) async throws {
    let seed = runSeed("nights of \(embedding.name) \(round)") &+ UInt64(round)
    let folder = try TestFolder()
    var corpus = try NightlyCorpus(embedding.medium, seed: seed)
    let site = Site(folder, embedding.text)
    var seen: Set<Int> = []
    for night in 0..<5 {
      if night == 3 { corpus.repackAll() } else if night > 0 { corpus.edit() }
      try corpus.write(to: folder)
      let fresh = Site(folder, embedding.text, name: "n\(night)")
      // The same quantizer and fit: what those of the night before leave.
      try link(["unit", "index"], from: site, to: fresh)
      let events = try await site.run(jobs: 1 + night)
      try await fresh.run(jobs: 3)
      for stage in try site.plan().stages {
        let name = stage.artifact.name
        let (mine, theirs) = (try site.files(of: name), try fresh.files(of: name))
        #expect(!mine.isEmpty)
        expectSame(mine, theirs, "seed \(seed), night \(night), \(name)")
      }
      try expectSame(site.exported(), fresh.exported(), "seed \(seed), night \(night)")
      let isRejected = { (content: Int) in corpus.isBroken(content) }
      let new = corpus.archives.values.joined().filter { !seen.contains($0.content) && !isRejected($0.content) }.count
      let made = try events.made(of: "features", rows: site.manifest("features").rows)
      #expect(made <= new, "seed \(seed), night \(night)")
      if night == 3 { #expect(made == 0) }
      seen.formUnion(corpus.contents)
      let broken = corpus.archives.values.joined().count { isRejected($0.content) }
      #expect(try site.manifest("features").rejects.values.reduce(0, +) == broken, "seed \(seed), night \(night)")
    }
  }

  /// Rows of an earlier artifact that are not what was committed are made again.
  @Test func damagedRowsAreNotReused() async throws {
    let embedding = Embedding.all[0]
    let folder = try TestFolder()
    var corpus = try NightlyCorpus(embedding.medium, seed: 3)
    try corpus.write(to: folder)
    let site = Site(folder, embedding.text)
    try await site.run()
    let artifact = try site.artifact("features")
    for shard in try site.manifest("features").shards {
      let path = artifact.path(of: shard.files[0].name)
      var bytes = try SystemDisk().read(path)
      bytes[bytes.count - 3] ^= 0x20
      try DurableFile.commit(bytes, at: path)
    }
    corpus.repackAll()
    try corpus.write(to: folder)
    let events = try await site.run(until: "features")
    #expect(try events.made(of: "features", rows: site.manifest("features").rows) > 0)
    let fresh = Site(folder, embedding.text, name: "b")
    try await fresh.run(until: "features")
    let name = try site.artifact("features").name
    try expectSame(site.files(of: name), fresh.files(of: name))
  }

  @Test func whatIsGoneIsCounted() async throws {
    let embedding = Embedding.all[2]
    let folder = try TestFolder()
    var corpus = try NightlyCorpus(embedding.medium, seed: 8)
    try corpus.write(to: folder)
    let site = Site(folder, embedding.text)
    var events = try await site.run()
    #expect(events.first { $0.event == .stageEnded && $0.stage == "features" }?.removed == nil)
    let before = corpus
    corpus.edit()
    try corpus.write(to: folder)
    events = try await site.run()
    let (old, new) = (before.tally, corpus.tally)
    let gone = old.reduce(0) { $0 + max(0, $1.value - (new[$1.key] ?? 0)) }
    #expect(events.first { $0.event == .stageEnded && $0.stage == "features" }?.removed == gone)
  }

  /// Hard links keep the times by which the newest is chosen.
  private func link(_ stages: [String], from site: Site, to other: Site) throws {
    let disk = SystemDisk()
    for stage in stages {
      for artifact in try site.workspace.artifacts(of: stage) {
        let target = other.workspace.artifactsPath.appending(artifact.name)
        try disk.makeFolder(target)
        for name in try disk.list(artifact.path) { try disk.link(artifact.path(of: name), to: target.appending(name)) }
      }
    }
  }
}

extension NightlyCorpus {
  /// How often each content is there.
  var tally: [Int: Int] { archives.values.joined().reduce(into: [:]) { $0[$1.content, default: 0] += 1 } }
}

extension Site {
  /// The files of one artifact.
  func files(of artifact: String) throws -> [String: [UInt8]] {
    try artifacts().filter { $0.key.hasPrefix(artifact + "/") }
  }
}

extension [RunEvent] {
  /// Rows that a stage made itself, as the report counts them.
  func made(of stage: String, rows: Int) -> Int {
    let mine = filter { $0.stage == stage }
    // A night whose changes cancel out runs no job.
    guard mine.contains(where: { $0.event == .jobEnded }) else { return 0 }
    let single = mine.filter { $0.event == .advanced }.reduce(0) { $0 + ($1.reused ?? 0) }
    let whole = mine.filter { $0.event == .jobEnded && $0.isReused == true && $0.job!.hasPrefix("embed") }.reduce(0) {
      $0 + ($1.items ?? 0)
    }
    return rows - single - whole
  }
}
