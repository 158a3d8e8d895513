import Artifacts
import Foundation
import Pipelines
import Quality
import Registries
import Stages
import SystemPackage
import Tensors
import TestSupport
import Testing
import VectorSearch

/// Evaluations against a champion: what is compared with what, what passes, and what is said.
@Suite struct ChampionTests {
  private static let corpus = clustered(600, 16, seed: 31)

  private static func text(
    _ type: String, _ conditions: String, steps: String = "[center, l2]", evaluate: String = "", data: String = "v.npy"
  ) -> String {
    """
    pipeline: p
    stages:
      v: {kind: ingest, media: vectors, from: ["{data}/\(data)"], shard_size: 150}
      n: {kind: normalize, input: v, steps: \(steps)}
      index: {kind: index, input: n, type: "\(type)", metric: cosine}
      quality: {kind: evaluate, input: index, queries: 80, champion: photos, require: \(conditions)\(evaluate)}
      files: {kind: export, input: index, to: "{out}"}
    """
  }

  private func folder(_ matrix: Matrix = corpus) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write("v.npy", matrix.numpyBytes)
    return folder
  }

  /// Makes what a site exported the champion.
  @discardableResult
  private func publish(_ site: Site, metrics: [String: Double] = [:]) throws -> RegistryVersion {
    try Registry(folder: site.workspace.registryPath).publish(
      bundle: site.out, as: "photos", metrics: metrics, alias: RegistryReference.champion
    ).version
  }

  private func report(_ site: Site) throws -> GateReport { try #require(try GateReport.read(site.artifact("quality"))) }

  private func verdict(_ report: GateReport, _ figure: String) throws -> Verdict {
    try #require(report.verdicts.first { $0.figure == figure })
  }

  @Test func withoutAChampionConditionsOnItPassAndSaySo() async throws {
    let site = try Site(folder(), Self.text("Flat", "{recall@10: \">= champion - 0.01\", R@1: 0.9, mean_shift: \"<= 0.1\"}"))
    let events = try await site.run()
    let report = try report(site)
    #expect(report.isMet && report.champion == nil && report.compared == "photos")
    #expect(try verdict(report, "recall@10").outcome == .skipped && verdict(report, "R@1").outcome == .met)
    #expect(events.contains { $0.event == .note && $0.message?.contains("there is no champion yet") == true })
    #expect(try site.manifest("quality").whole("require")?.notes["gate"]?.text == "met")
  }

  /// The same data in a poorer index: recall falls on the same queries, the size does too, and the gate is shut.
  @Test func aWorseIndexIsKeptOut() async throws {
    let folder = try folder()
    let good = Site(folder, Self.text("Flat", "{R@1: 0.9}"))
    try await good.run()
    let version = try publish(good)
    let exported = try good.exported()
    let conditions = "{recall@10: \">= champion - 0.01\", size: \"<= champion\", jaccard@10: \">= 0.01\", count: \">= champion\"}"
    let bad = Site(folder, Self.text("PQ2x4", conditions))
    let failure = await #expect(throws: StageError.self) { try await bad.run() }
    #expect(failure?.stage == "quality" && failure?.cause is QualityGateNotMet)
    #expect("\(failure!)".contains("recall@10 is 0.") && "\(failure!)".contains("required >= champion - 0.01, which is 0.99"))
    try expectSame(good.exported(), exported)
    let artifact = bad.workspace.artifact(for: try bad.plan().stages.first { $0.name == "quality" }!.recipe)
    let report = try #require(try GateReport.read(artifact))
    #expect(report.missed.map(\.figure) == ["recall@10"])
    let recall = try verdict(report, "recall@10")
    #expect(recall.champion == 1 && recall.value! < 0.9 && recall.margin![1] < 0 && recall.note == "on 600 items that both hold")
    #expect(recall.value == report.figures["10-recall@10"], "all items are shared: it is the figure itself")
    #expect(report.champion?.version == 1 && report.champion?.digest == version.digest.hex)
    #expect(report.champion?.figures["10-recall@10"] == 1 && report.champion?.figures["latency_p50"] != nil)
    #expect(report.figures["mean_shift"] == 0 && report.figures["subspace_angle"]! < 0.1)
    #expect(report.figures["jaccard@10"]! < 0.9 && report.figures["rbo@10"]! > 0.1)
  }

  @Test func onFailKeepRecordsTheVerdictAndGoesOn() async throws {
    let folder = try folder()
    let good = Site(folder, Self.text("Flat", "{R@1: 0.9}"))
    try await good.run()
    try publish(good)
    let kept = Site(folder, Self.text("PQ2x4", "{recall@10: \">= champion\"}", evaluate: ", on_fail: keep"))
    try await kept.run()
    #expect(try kept.manifest("quality").whole("require")?.notes["gate"]?.text == "missed")
    #expect(try !report(kept).isMet)
    #expect(try kept.exported()["index.faiss"] != nil)
    #expect(try kept.plan().isFresh, "a verdict is not made twice")
  }

  /// The champion's digest is a part of the key: after a promotion the comparison is another one.
  @Test func aNewChampionIsANewComparison() async throws {
    let site = try Site(folder(), Self.text("Flat", "{recall@10: \">= champion\"}"))
    try await site.run()
    #expect(try site.plan().isFresh)
    try publish(site)
    let plan = try site.plan()
    #expect(plan.stages.filter(\.mustRun).map(\.name) == ["quality"])
    #expect(plan.stages.first { $0.name == "quality" }?.reason.contains("champion changed") == true)
    let events = try await site.run()
    #expect(!events.contains { $0.event == .stageStarted && $0.stage == "index" })
    let report = try report(site)
    #expect(report.isMet && report.figures["rbo@10"] == 1 && report.figures["jaccard@10"] == 1)
    #expect(try verdict(report, "recall@10").margin == [0, 0], "a draw of queries is the same for both")
  }

  /// What is new today, and what is gone, is the fault of neither: recall is compared on what both hold.
  @Test func otherDataIsComparedOnWhatBothHold() async throws {
    let folder = try folder(Self.corpus[rows: 0..<500])
    let old = Site(folder, Self.text("PQ4x4", "{R@1: 0.01}"))
    try await old.run()
    try publish(old)
    // 400 of the old rows, and 200 new ones of another kind.
    var moved = clustered(200, 16, seed: 77)
    for row in 0..<200 { for column in 0..<16 { moved[row, column] += 3 } }
    try folder.write("v.npy", Matrix(stacking: [Self.corpus[rows: 0..<400], moved], columns: 16).numpyBytes)
    let new = Site(
      folder, Self.text("PQ4x4", "{recall@10: \">= champion - 1\", mean_shift: \"<= 0.2\"}", evaluate: ", on_fail: keep"))
    let events = try await new.run()
    let report = try report(new)
    let recall = try verdict(report, "recall@10")
    #expect(recall.note == "on 400 items that both hold" && recall.value != report.figures["10-recall@10"])
    #expect(try verdict(report, "mean_shift").outcome == .missed)
    #expect(report.figures["mean_shift"]! > 0.5)
    #expect(report.warnings.map(\.figure).contains("mean_shift") && report.missed.map(\.figure) == ["mean_shift"])
    #expect(events.contains { $0.event == .note && $0.message?.hasPrefix("warning: mean_shift is ") == true })
  }

  /// An index of other dimensions cannot be asked with these vectors: what was recorded of it counts.
  @Test func whatCannotBeAskedIsTakenFromTheRecord() async throws {
    let folder = try folder()
    try folder.write("w.npy", clustered(600, 8, seed: 3).numpyBytes)
    let old = Site(folder, Self.text("Flat", "{R@1: 0.1}", data: "w.npy"))
    try await old.run()
    try publish(old, metrics: ["10-recall@10": 0.5])
    let new = Site(
      folder, Self.text("Flat", "{recall@10: \">= champion + 0.4\", R@1: \">= champion\"}", evaluate: ", on_fail: keep"))
    try await new.run()
    let report = try report(new)
    let recall = try verdict(report, "recall@10")
    #expect(recall.outcome == .met && recall.champion == 0.5 && recall.note?.contains("photos@1") == true)
    let nearest = try verdict(report, "R@1")
    #expect(nearest.outcome == .missed && nearest.sentence.contains("the champion has no such figure"), "\(nearest.sentence)")
  }

  /// By classes: the first half of each cluster's items is found by its own class.
  @Test func classesOfArticles() async throws {
    let folder = try TemporaryFolder()
    let lines = (0..<120).map { row -> String in
      let kind = ["bread", "boats", "birds"][row % 3]
      let words = ["bread": "flour oven yeast dough", "boats": "sail mast harbour tide", "birds": "wing feather nest song"][kind]!
      return "{\"id\": \"\(row)\", \"text\": \"\(words) number\(row)\", \"class\": \"\(kind)\"}"
    }
    try folder.write("a.jsonl", Array(lines.joined(separator: "\n").utf8))
    func site(_ conditions: String, labels: String) -> Site {
      Site(
        folder,
        """
        pipeline: p
        stages:
          t: {kind: ingest, media: text, from: ["{data}/a.jsonl"]}
          f: {kind: featurize, input: t, embedder: hashing, hashing: {dimensions: 16, features: 4096}}
          index: {kind: index, input: f, type: Flat}
          quality: {kind: evaluate, input: index, queries: 60, champion: photos, labels: \(labels), require: \(conditions), on_fail: keep}
          files: {kind: export, input: index, to: "{out}"}
        """)
    }
    let first = site("{mAP@10: 0.99, label_R@1: 0.99}", labels: "class")
    try await first.run()
    let found = try report(first)
    #expect(found.isMet && found.figures["mAP@10"]! > 0.99, "\(found.figures)")
    try publish(first)
    let second = site("{mAP@10: \">= champion - 0.01\"}", labels: "class")
    try await second.run()
    #expect(try verdict(report(second), "mAP@10").champion == found.figures["mAP@10"])
    let none = site("{mAP@10: 0.1}", labels: "klass")
    try await none.run()
    #expect(try verdict(report(none), "mAP@10").sentence.contains("no query has a class in the field klass"))
  }

  /// Queries of a stage of their own bring their own classes: here a third of them are asked with another's words.
  @Test func classesOfQueriesFromElsewhere() async throws {
    let folder = try TemporaryFolder()
    let kinds = ["bread": "flour oven yeast dough", "boats": "sail mast harbour tide", "birds": "wing feather nest song"]
    let names = kinds.keys.sorted()
    func line(_ id: Int, _ kind: String?, _ words: String) -> String {
      "{\"id\": \"\(id)\", \"text\": \"\(words) number\(id)\"" + (kind.map { ", \"class\": \"\($0)\"}" } ?? "}")
    }
    let corpus = (0..<90).map { line($0, names[$0 % 3], kinds[names[$0 % 3]]!) }
    // Twenty of the right class, ten of the wrong one, five of none.
    let asked =
      (0..<20).map { line($0, names[$0 % 3], kinds[names[$0 % 3]]!) }
      + (20..<30).map { line($0, names[$0 % 3], kinds[names[($0 + 1) % 3]]!) } + (30..<35).map { line($0, nil, kinds["bread"]!) }
    try folder.write("a.jsonl", Array(corpus.joined(separator: "\n").utf8))
    try folder.write("q.jsonl", Array(asked.joined(separator: "\n").utf8))
    let embedder = "embedder: hashing, hashing: {dimensions: 16, features: 4096, idf: false, projection: random}"
    let site = Site(
      folder,
      """
      pipeline: p
      stages:
        t: {kind: ingest, media: text, from: ["{data}/a.jsonl"]}
        f: {kind: featurize, input: t, \(embedder)}
        asked: {kind: ingest, media: text, from: ["{data}/q.jsonl"]}
        vectors: {kind: featurize, input: asked, \(embedder)}
        index: {kind: index, input: f, type: Flat}
        quality: {kind: evaluate, input: index, queries: vectors, labels: class, require: {label_R@1: 0.5}, on_fail: keep}
        files: {kind: export, input: index, to: "{out}"}
      """)
    try await site.run()
    let found = try report(site).figures
    #expect(abs(found["label_R@1"]! - 20.0 / 30) < 1e-9, "\(found)")
    #expect(abs(found["mAP@10"]! - 20.0 / 30) < 1e-9, "\(found)")
  }

  static let faults: [(conditions: String, more: String, words: String, column: Int?)] = [
    ("{recal@10: 0.1}", ", champion: photos", "did you mean recall@10?", nil),
    ("{recall@10: \">= champoin\"}", ", champion: photos", "expected a number or \"champion\"; did you mean champion?", 3),
    ("{recall@10: \">= champion\"}", "", "add champion: NAME", nil),
    ("{mAP@10: 0.5}", "", "add labels: FIELD", nil),
    ("{size: \"<= 64 Mibit\"}", "", "Mibit is no unit of size", 6),
    ("{R@1: true}", "", "expected a number or a text", nil),
    ("{R@1: 0.1}", ", champion: \"a@b@c\"", "more than one @", nil),
    ("{R@1: 0.1}", ", on_fail: stop", "expected fail or keep", nil),
  ]

  @Test(arguments: faults.indices) func faultsAreFoundBeforeAnythingRuns(_ number: Int) throws {
    let (conditions, more, words, offset) = Self.faults[number]
    let folder = try folder()
    let stage = "q: {kind: evaluate, input: i, require: \(conditions)\(more)}"
    let text = """
      pipeline: p
      stages:
        v: {kind: ingest, media: vectors, from: ["{data}/v.npy"]}
        i: {kind: index, input: v, type: Flat}
        \(stage)
      """
    let file = Site(folder, text).file
    let diagnostic = try #require(file.diagnostics.first { $0.severity == .error })
    #expect(
      file.pipeline == nil && (diagnostic.message + (diagnostic.hint ?? "")).contains(words), "\(file.render(color: false))")
    #expect(diagnostic.line == 5)
    if let offset {
      let start = stage.distance(
        from: stage.startIndex, to: stage.range(of: "\">=")?.lowerBound ?? stage.range(of: "\"<=")!.lowerBound)
      #expect(diagnostic.column == 2 + start + 2 + offset, "\(file.render(color: false))")
    }
  }
}
