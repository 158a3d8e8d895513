import Foundation
import Testing

/// The gate from outside: nights of which the third is damaged, what CI reads of them, and the commands that compare.
@Suite struct GateTests {
  /// Vectors in 12 clusters, or of no order at all where the archive was damaged.
  private static func vectors(_ rows: Int, damaged: Bool) -> Data {
    var state: UInt64 = 42
    func next() -> Float {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Float(state >> 40) / Float(1 << 24) - 0.5
    }
    let centres = (0..<12).map { _ in (0..<16).map { _ in next() * 4 } }
    var values = (0..<rows).flatMap { row in (0..<16).map { centres[row % 12][$0] + next() * 0.6 } }
    if damaged { for place in values.indices { values[place] = next() * 3 } }
    var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(rows), 16), }"
    header += String(repeating: " ", count: 117 - header.utf8.count) + "\n"
    var data = Data([0x93]) + Data("NUMPY".utf8) + Data([1, 0, 118, 0]) + Data(header.utf8)
    for value in values { withUnsafeBytes(of: value.bitPattern.littleEndian) { data.append(contentsOf: $0) } }
    return data
  }

  /// More lists than clusters: some of those are divided, and one list is never all that is near.
  private static let pipeline = """
    pipeline: nights
    params: {type: "IVF16,Flat"}
    stages:
      vectors: {kind: ingest, media: vectors, from: [v.npy]}
      index: {kind: index, input: vectors, type: "${type}", metric: l2, nprobe: 1}
      quality:
        kind: evaluate
        input: index
        queries: 150
        champion: nights
        require: {recall@10: ">= 0.6", recall@1: ">= champion - 0.5", size: "<= 1MiB"}
      files: {kind: export, input: index, to: out/nights}

    """

  private func sandbox() throws -> Sandbox {
    let sandbox = try Sandbox()
    try sandbox.write(Self.pipeline, to: "nights.yaml")
    try Self.vectors(900, damaged: false).write(to: sandbox.url.appending(path: "v.npy"))
    return sandbox
  }

  @Test func aDamagedNightIsKeptOut() throws {
    let sandbox = try sandbox()
    let good = try sandbox.vecmill("run", "nights.yaml", "--json", "--metrics", "m/v.prom")
    #expect(good.status == 0, "\(good.err)")
    let gates = good.json["gates"] as? [[String: Any]]
    #expect((gates?.first?["report"] as? [String: Any])?["verdicts"] is [Any])
    #expect(sandbox.text("m/v.prom").contains("vecmill_gate_met{pipeline=\"nights\",stage=\"quality\"} 1"))
    let index = try Data(contentsOf: sandbox.url.appending(path: "out/nights/index.faiss"))

    try Self.vectors(900, damaged: true).write(to: sandbox.url.appending(path: "v.npy"))
    let bad = try sandbox.vecmill(
      "run", "nights.yaml", "--junit", "ci/j.xml", "--markdown", "ci/m.md", "--metrics", "m/v.prom", "--lineage", "ci/l.jsonl",
      "--log-format", "json")
    #expect(bad.status == 4)
    #expect(bad.out.split(separator: "\n").last?.hasPrefix("nights: quality gate not met") == true, "\(bad.out)")
    #expect(try Data(contentsOf: sandbox.url.appending(path: "out/nights/index.faiss")) == index, "the old export stays")
    #expect(sandbox.text("ci/j.xml").contains("<failure message=\"recall@10 is 0."))
    #expect(sandbox.text("ci/m.md").contains("❌ | recall@10 | 0."))
    #expect(sandbox.text("m/v.prom").contains("vecmill_run_exit_code{pipeline=\"nights\"} 4"))
    #expect(sandbox.text("ci/l.jsonl").split(separator: "\n").last?.contains("\"eventType\":\"FAIL\"") == true)
    for line in bad.err.split(separator: "\n") {
      #expect((try? JSONSerialization.jsonObject(with: Data(line.utf8))) is [String: Any], "\(line)")
    }
    #expect(bad.err.contains("\"exit\":4"))

    let trend = try sandbox.vecmill("trend", "nights", "--html", "trend.html")
    #expect(
      trend.status == 0 && trend.out.contains("2 evaluations") && trend.out.contains("shut 1 time"), "\(trend.out)\(trend.err)")
    #expect(sandbox.text("trend.html").contains("<polyline"))
    let points = try sandbox.vecmill("trend", "nights", "--json").json["points"] as? [[String: Any]]
    #expect(points?.map { $0["isMet"] as? Bool } == [true, false])
    #expect(try sandbox.vecmill("trend", "photos").err.contains("there are of nights"))
  }

  @Test func bundlesAreCompared() throws {
    let sandbox = try sandbox()
    #expect(try sandbox.vecmill("run", "nights.yaml").status == 0)
    #expect(try sandbox.shell("cp -r out/nights out/old").status == 0)
    #expect(try sandbox.vecmill("run", "nights.yaml", "--set", "type=IVF3,Flat").status == 0)
    let same = try sandbox.vecmill("compare", "out/nights", "out/nights", "--queries", "50", "--json")
    let figures = same.json["figures"] as? [[String: Any]]
    #expect(figures?.first { $0["figure"] as? String == "rbo@10" }?["new"] as? Double == 1, "\(same.out)\(same.err)")
    let other = try sandbox.vecmill("compare", "out/old", "out/nights", "--queries", "50", "--html", "c.html")
    #expect(other.status == 0 && other.out.contains("jaccard@10"), "\(other.err)")
    #expect(sandbox.text("c.html").contains("Queries whose answers changed most"))
    let none = try sandbox.vecmill("compare", "out/old", "photos@7")
    #expect(none.status == 64 && none.err.contains("photos: is not in the registry"), "\(none.err)")
    let slip = try sandbox.vecmill("compare", "out/old", "photos")
    #expect(slip.status == 64 && slip.err.contains("photos is neither a folder here nor a name of the registry"), "\(slip.err)")
  }

  /// The run that made a bundle tells what the bundle does not; where nobody knows the run, the bundle alone does.
  @Test func aPublicationByHandKnowsItsRun() throws {
    let sandbox = try sandbox()
    #expect(try sandbox.vecmill("run", "nights.yaml", "--set", "type=IVF1,Flat").status == 0)
    #expect(try sandbox.vecmill("run", "nights.yaml", "--set", "type=IVF2,Flat", "--until", "index").status == 0)
    #expect(try sandbox.vecmill("publish", "out/nights", "--name", "nights", "--metric", "trust=7").status == 0)
    let shown = try sandbox.vecmill("show", "nights@1", "--json")
    let version = shown.json["version"] as? [String: Any] ?? shown.json
    let metrics = version["metrics"] as? [String: Any]
    #expect(metrics?["recall@10"] as? Double == 1 && metrics?["trust"] as? Double == 7, "\(shown.out)")
    let lineage = version["lineage"] as? [String: Any]
    #expect(lineage?["text"] as? String == Self.pipeline && (lineage?["file"] as? String)?.hasSuffix("nights.yaml") == true)
    #expect((lineage?["parameters"] as? [String: String])?["type"] == "IVF1,Flat", "\(lineage ?? [:])")
    #expect(try sandbox.shell("mv .vecmill .other && \"$VECMILL\" publish out/nights --name nights").status == 0)
    #expect(try sandbox.vecmill("show", "nights@1", "--json").out.contains("recall@10") == false)
  }

  @Test func variantsAreRankedAndShareTheirStages() throws {
    let sandbox = try sandbox()
    let text = Self.pipeline.replacing("\"${type}\"", with: "[PQ8x4, Flat, PQ2x4]").replacing(", nprobe: 1", with: "")
      .replacing("params: {type: \"IVF16,Flat\"}\n", with: "").replacing(">= 0.6", with: ">= 0.1")
    try sandbox.write(text, to: "e.yaml")
    let ending = try sandbox.vecmill("experiment", "e.yaml", "--subject-to", "size <= 40kB", "--json", "--html", "e.html")
    #expect(ending.status == 0, "\(ending.err)")
    let variants = ending.json["variants"] as? [[String: Any]] ?? []
    #expect(ending.json["best"] as? String == "type=PQ8x4")
    #expect(variants.map { $0["name"] as? String } == ["type=PQ8x4", "type=PQ2x4", "type=Flat"], "\(ending.out)")
    #expect(variants.map { ($0["stagesFresh"] as? Int ?? 0) }.sorted() == [0, 1, 1], "ingest is made once")
    #expect(!sandbox.exists("out") && sandbox.text("e.html").contains("<polyline"))
    let none = try sandbox.vecmill("experiment", "e.yaml", "--subject-to", "size <= 1B")
    #expect(none.status == 4 && none.out.contains("no variant keeps to the constraints"))
    #expect(try sandbox.vecmill("experiment", "e.yaml", "--objective", "recal@10").err.contains("did you mean recall@10?"))
  }

  @Test func aBundleIsJudgedByItself() throws {
    let sandbox = try sandbox()
    try sandbox.write(Self.pipeline.replacing("to: out/nights", with: "to: out/nights, formats: [npy]"), to: "nights.yaml")
    #expect(try sandbox.vecmill("run", "nights.yaml", "--set", "type=IVF1,Flat").status == 0)
    func evaluate(_ arguments: String...) throws -> Program.Ending {
      try Program(["evaluate", "out/nights", "--queries", "60"] + arguments, in: sandbox).ended()
    }
    let met = try evaluate("--require", "recall@10 >= 1", "--require", "size <= 1MiB", "--warn", "count >= 1000", "--json")
    #expect(met.status == 0 && met.json["isMet"] as? Bool == true, "\(met.out)\(met.err)")
    let gate = try #require(met.json["gate"] as? [String: Any])
    #expect((gate["figures"] as? [String: Double])?["10-recall@10"] == 1 && gate["items"] as? Int == 900)
    let missed = try evaluate(
      "--require", "size <= 1B", "--require", "reject_rate <= 1%", "--junit", "ci/j.xml", "--markdown", "ci/m.md", "--html",
      "ci/e.html")
    #expect(missed.status == 4 && missed.out.contains("the gate is not met: 2 conditions missed"), "\(missed.out)\(missed.err)")
    #expect(missed.out.contains("reject_rate is not measured"))
    #expect(sandbox.text("ci/j.xml").contains("<failure message=\"size is ") && !sandbox.text("ci/j.xml").contains("\"stages\""))
    #expect(sandbox.text("ci/m.md").contains("❌ | size |") && sandbox.text("ci/m.md").contains("`<= 1B`"))
    #expect(sandbox.text("ci/e.html").contains("missed"))

    #expect(try sandbox.vecmill("publish", "out/nights", "--name", "nights", "--promote").status == 0)
    #expect(try sandbox.vecmill("run", "nights.yaml", "--set", "type=IVF16,Flat").status == 0)
    let worse = try evaluate("--champion", "nights", "--require", "recall@10 >= champion", "--require", "jaccard@10 >= 0.1")
    #expect(worse.status == 4 && worse.out.contains("required >= champion, which is 1.0: not met"), "\(worse.out)\(worse.err)")
    #expect(worse.out.contains("nights@1"))
    for (arguments, words) in [
      (["--require", "recal@10 >= 1"], "did you mean recall@10?"), (["--require", "recall@10"], "a condition is as"),
      (["--require", "rbo@10 >= 1"], "give --champion"), (["--require", "mAP@10 >= 1"], "give --labels"),
      (["--champion", "nigts", "--require", "rbo@10 >= 1"], "it has nights"), (["--queries", "0"], "not positive"),
    ] {
      let refused = try Program(["evaluate", "out/nights"] + arguments, in: sandbox).ended()
      #expect(refused.status == 64 && refused.err.contains(words), "\(arguments) \(refused.status) \(refused.err)")
    }
  }

  /// Truth and statistics of data that is gone go with it, and not before.
  @Test func cachedTruthGoesWithItsData() throws {
    let sandbox = try sandbox()
    #expect(try sandbox.vecmill("run", "nights.yaml").status == 0)
    try Self.vectors(800, damaged: false).write(to: sandbox.url.appending(path: "v.npy"))
    #expect(try sandbox.vecmill("run", "nights.yaml").status == 0)
    #expect(try sandbox.vecmill("gc", "--json").json["cached"] as? [String] == [])
    let dry = try sandbox.vecmill("gc", "--keep", "1", "--dry-run", "--json").json
    let cached = (dry["cached"] as? [[String: Any]])?.compactMap { $0["name"] as? String } ?? []
    #expect(cached.count == 2 && cached.allSatisfy { sandbox.exists(".vecmill/cache/\($0)") }, "\(dry)")
    let freed = try sandbox.vecmill("gc", "--keep", "1")
    #expect(freed.out.contains("2 cached files") && freed.out.contains("removed cache/truth-"), "\(freed.out)\(freed.err)")
    #expect(cached.allSatisfy { !sandbox.exists(".vecmill/cache/\($0)") })
    #expect(try sandbox.vecmill("run", "nights.yaml").out.contains("nothing to do"))
  }
}
