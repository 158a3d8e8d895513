import Artifacts
import Bundles
import Foundation
import IndexFormats
import Media
import Pipelines
import Stages
import SystemPackage
import Tensors
import TestSupport
import Testing
import VectorSearch

/// Figures of an evaluation against brute force in double precision, and the gate.
@Suite struct EvaluateTests {
  private static let corpus: Matrix = {
    var corpus = clustered(800, 16, seed: 21)
    // Equal vectors: which of them is nearest must be the same for truth and index.
    for row in stride(from: 5, to: 800, by: 40) { corpus[row: row] = corpus[row: row - 3] }
    return corpus
  }()

  private static func text(_ type: String, _ metric: String, _ more: String = "", evaluate: String = "queries: 60") -> String {
    """
    pipeline: p
    stages:
      v: {kind: ingest, media: vectors, from: ["{data}/v.npy"], shard_size: 150}
      index: {kind: index, input: v, type: "\(type)", metric: \(metric)\(more)}
      quality: {kind: evaluate, input: index, \(evaluate)}
      files: {kind: export, input: index, to: "{out}"}
    """
  }

  private func site(_ text: String) throws -> Site {
    let folder = try TemporaryFolder()
    try folder.write("v.npy", Self.corpus.numpyBytes)
    return Site(folder, text)
  }

  private func value(_ a: ArraySlice<Float>, _ b: ArraySlice<Float>, _ metric: String) -> Double {
    func dot(_ one: ArraySlice<Float>, _ other: ArraySlice<Float>) -> Double {
      zip(one, other).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    switch metric {
    case "l2": return zip(a, b).reduce(0) { $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1)) }
    case "ip": return -dot(a, b)
    default: return -dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot()
    }
  }

  static let types = ["Flat", "IVF16,Flat", "PQ4", "PQ4x4", "PQ8x4fs", "OPQ4_8,PQ4x4", "IVF8,PQ4x4", "PQ4x4,Refine(Flat)"]

  @Test(arguments: types, ["l2", "ip", "cosine"]) func figuresAreThoseOfBruteForce(_ type: String, _ metric: String) async throws
  {
    let site = try site(Self.text(type, metric))
    try await site.run(jobs: 4)
    let queries = try NumpyHeader.integers(in: site.bytes("quality", "truth", ".queries.ids.npy")).map(Int.init)
    let truth = try NumpyHeader.integers(in: site.bytes("quality", "truth", ".truth.npy"))
    #expect(queries.count == 60 && Set(queries).count == 60 && truth.count == 6000)
    #expect(try Matrix(numpyBytes: site.bytes("quality", "truth", ".queries.npy")) == Self.corpus.gathering(queries))
    let searcher = try BundleSearcher(Bundle.open(site.out))
    let found = try searcher.batch(Self.corpus.gathering(queries), options: .init(k: 101)).result
    var figures: [String: Double] = [:]
    for (place, query) in queries.enumerated() {
      let wanted = Self.corpus.nearest(to: Self.corpus[row: query], k: 100, metric: metric, leavingOut: query)
      let mine = truth[place * 100..<place * 100 + 100].map(Int.init)
      #expect(!mine.contains(query) && Set(mine).count == 100)
      for (one, other) in zip(mine, wanted) {
        let (near, far) = (
          value(Self.corpus[row: one], Self.corpus[row: query], metric),
          value(Self.corpus[row: other], Self.corpus[row: query], metric)
        )
        #expect(abs(near - far) < 1e-4, "query \(query): \(one) for \(other)")
      }
      let answers = found[ids: place].map(Int.init).filter { $0 != query }.prefix(100)
      for k in [1, 10, 100] {
        figures["R@\(k)", default: 0] += answers.prefix(k).contains(mine[0]) ? 1.0 / 60 : 0
        figures["\(k)-recall@\(k)", default: 0] +=
          Double(Set(answers.prefix(k)).intersection(mine.prefix(k)).count) / Double(k) / 60
      }
    }
    let told = try site.figures("quality")
    for (name, value) in figures { #expect(abs((told[name] ?? -1) - value) < 1e-9, "\(name): \(told[name] ?? -1), not \(value)") }
    if type == "Flat" { #expect(figures.values.allSatisfy { abs($0 - 1) < 1e-9 }) }
    #expect((told["R@100"] ?? 0) > 0.3 && told["bytes_per_vector"]! > 0)
    #expect(FileManager.default.fileExists(atPath: try site.artifact("quality").path(of: "latency.json").string))
  }

  @Test func allListsVisitedFindAll() async throws {
    let site = try site(Self.text("IVF16,Flat", "l2", evaluate: "queries: 60, nprobe: 16"))
    try await site.run()
    #expect(try site.figures("quality")["10-recall@10"] == 1)
  }

  @Test func theSeedDrawsTheQueries() async throws {
    let site = try site(
      Self.text("Flat", "l2")
        + "\n  other: {kind: evaluate, input: index, queries: 60, seed: 7}\n  most: {kind: evaluate, input: index, queries: 9999}"
    )
    try await site.run()
    let drawn = try ["quality", "other", "most"].map { try NumpyHeader.integers(in: site.bytes($0, "truth", ".queries.ids.npy")) }
    #expect(drawn[0] != drawn[1] && drawn[1].count == 60 && drawn[2] == Array(0..<800))
  }

  /// Queries from outside go through the normalize stages on the way to the index, and may find anything.
  @Test func queriesOfAStageOfTheirOwn() async throws {
    let folder = try TemporaryFolder()
    try folder.write("v.npy", Self.corpus.numpyBytes)
    let queries = Self.corpus.gathering([3, 50, 500])
    try folder.write("q.npy", queries.numpyBytes)
    let site = Site(
      folder,
      """
      pipeline: p
      stages:
        v: {kind: ingest, media: vectors, from: ["{data}/v.npy"], shard_size: 150}
        q: {kind: ingest, media: vectors, from: ["{data}/q.npy"]}
        n: {kind: normalize, input: v, steps: [center, {pca: 9}, l2]}
        index: {kind: index, input: n, type: Flat, metric: l2}
        quality: {kind: evaluate, input: index, queries: q}
      """)
    try await site.run()
    let truth = try NumpyHeader.integers(in: site.bytes("quality", "truth", ".truth.npy"))
    let matrix = try site.vectors("n")
    for (place, row) in [3, 50, 500].enumerated() {
      #expect(truth[place * 100] == row || Self.corpus[row: Int(truth[place * 100])] == Self.corpus[row: row])
      let wanted = matrix.nearest(to: matrix[row: row], k: 10, metric: "l2")
      for (mine, other) in zip(truth[place * 100..<place * 100 + 10], wanted) {
        #expect(
          abs(value(matrix[row: Int(mine)], matrix[row: row], "l2") - value(matrix[row: other], matrix[row: row], "l2")) < 1e-5)
      }
    }
    #expect(try site.figures("quality")["R@1"] == 1)
  }

  /// Queries that another model made are refused with both identities; those of the same one are not.
  @Test(arguments: [(seed: 0, isRefused: false), (1, true)]) func queriesOfAnotherModel(seed: Int, isRefused: Bool) async throws {
    let folder = try TemporaryFolder()
    for (name, count) in [("docs", 40), ("asked", 5)] {
      let lines = (0..<count).map { "a line about number \($0) and \(name)" }.joined(separator: "\n")
      try folder.write("\(name).txt", Array(lines.utf8))
    }
    let hashing = "dimensions: 8, idf: false, projection: random, seed:"
    let site = Site(
      folder,
      """
      pipeline: p
      stages:
        docs: {kind: ingest, media: text, unit: line, from: ["{data}/docs.txt"]}
        features: {kind: featurize, input: docs, embedder: hashing, hashing: {\(hashing) 0}}
        asked: {kind: ingest, media: text, unit: line, from: ["{data}/asked.txt"]}
        q: {kind: featurize, input: asked, embedder: hashing, hashing: {\(hashing) \(seed)}}
        index: {kind: index, input: features, type: Flat}
        quality: {kind: evaluate, input: index, queries: q}
      """)
    guard isRefused else {
      try await site.run()
      return
    }
    let failure = await #expect(throws: StageError.self) { try await site.run() }
    let cause = try #require(failure?.cause as? BundleError)
    #expect(failure?.stage == "quality" && cause.code == .query, "\(cause)")
    #expect(cause.reason.contains("its queries were made by ") && cause.reason.contains(", the index's vectors by "), "\(cause)")
  }

  @Test func aGateThatIsNotMetKeepsTheOldExport() async throws {
    let folder = try TemporaryFolder()
    try folder.write("v.npy", Self.corpus.numpyBytes)
    let good = Site(
      folder, Self.text("Flat", "l2", evaluate: "queries: 60, require: {R@1: 1, recall@10: \">= 1\", bytes_per_vector: 90}"))
    try await good.run()
    let exported = try good.exported()
    let bad = Site(folder, Self.text("PQ2x4", "l2", evaluate: "queries: 60, require: {recall@10: 0.99, R@100: 0}"))
    for attempt in 0..<2 {
      for until in [nil, "files"] {
        let events = Events()
        let plan = try bad.plan(until: until)
        let failure = await #expect(throws: StageError.self) {
          try await Run(plan, options: .init(jobs: 3, memory: 1 << 30), observer: events.add).execute()
        }
        #expect(failure?.stage == "quality" && failure?.cause is QualityGateNotMet)
        let message = failure?.description ?? ""
        #expect(message.contains("recall@10 is 0.") && message.contains(">= 0.99") && !message.contains("R@100"), "\(message)")
        #expect(try bad.plan().stages.filter(\.mustRun).map(\.name) == ["quality", "files"])
        try expectSame(good.exported(), exported, "attempt \(attempt)")
        if attempt > 0 { #expect(events.all.jobsDone == [], "what was measured is not measured again") }
      }
    }
    let loose = Site(folder, Self.text("PQ2x4", "l2", evaluate: "queries: 60, require: {recall@10: 0.01}"))
    try await loose.run()
    #expect(try loose.exported()["index.faiss"] != exported["index.faiss"])
  }
}
