import Foundation
import Testing

/// `compare` where something is known of the answers: true neighbours, or classes.
@Suite struct CompareTests {
  private static let count = 240

  /// Rhymes of six kinds, each with its kind as a field.
  private static func rhymes(_ count: Int = count, changing changed: Set<Int> = []) -> String {
    let kinds = ["boats", "hills", "bread", "stars", "wool", "rain"]
    return (0..<count).map { number in
      let kind = kinds[number % kinds.count]
      let words = changed.contains(number) ? "something else" : "\(kind) \(kind) and \(kind) again"
      return #"{"text": "\#(words), verse \#(number) of \#(number * number)", "kind": "\#(kind)"}"#
    }.joined(separator: "\n") + "\n"
  }

  private static let pipeline = """
    pipeline: rhymes
    params: {type: Flat, to: out/a, from: rhymes.jsonl}
    stages:
      rhymes: {kind: ingest, media: text, from: ["${from}"]}
      features: {kind: featurize, input: rhymes, embedder: hashing, hashing: {dimensions: 32}}
      index: {kind: index, input: features, type: "${type}"}
      files: {kind: export, input: index, to: "${to}"}

    """

  private func sandbox() throws -> Sandbox {
    let sandbox = try Sandbox()
    try sandbox.write(Self.pipeline, to: "rhymes.yaml")
    try sandbox.write(Self.rhymes(), to: "rhymes.jsonl")
    for options in [["type=Flat", "to=out/a"], ["type=PQ2x4", "to=out/b"]] {
      let ending = try sandbox.vecmill("run", "rhymes.yaml", "--set", options[0], "--set", options[1])
      #expect(ending.status == 0, "\(ending.err)")
    }
    return sandbox
  }

  private func figures(_ ending: Program.Ending) -> [String: (old: Double?, new: Double?)] {
    let rows = ending.json["figures"] as? [[String: Any]] ?? []
    return Dictionary(
      rows.map { ($0["figure"] as? String ?? "", (old: $0["old"] as? Double, new: $0["new"] as? Double)) },
      uniquingKeysWith: { $1 })
  }

  /// Against its own exact answers the exact index finds all, the coarse one less.
  @Test func recallIsOfAFileOfTrueNeighbours() throws {
    let sandbox = try sandbox()
    let vectors = try #require(
      sandbox.files(below: ".vecmill").keys.sorted().first {
        $0.contains("/embed-") && $0.hasSuffix("0.npy")
      })
    let asked = try sandbox.vecmill(
      "search", "out/a", "--vectors", ".vecmill/\(vectors)", "-k", "10", "--output", "truth", "--json")
    #expect(asked.json["k"] as? Int == 10 && asked.json["queries"] as? Int == 240, "\(asked.err)")
    let ending = try sandbox.vecmill(
      "compare", "out/a", "out/b", "--queries", ".vecmill/\(vectors)", "--truth", "truth.ids.npy", "--json", "--html", "c.html")
    #expect(ending.status == 0, "\(ending.err)")
    let found = figures(ending)
    #expect(found["recall@1"]?.old == 1 && found["recall@10"]?.old == 1, "\(ending.out)")
    #expect((found["recall@10"]?.new ?? 1) < 0.9)
    #expect(sandbox.text("c.html").contains("240 queries"))
    // The truth has a row of ids for each query.
    let queries = ["--queries", ".vecmill/\(vectors)", "--truth"]
    let wrong = try Program(["compare", "out/a", "out/b"] + queries + ["truth.distances.npy"], in: sandbox).ended()
    #expect(wrong.status == 65 && wrong.err.contains("truth.distances.npy"), "\(wrong.err)")
    #expect(try sandbox.vecmill("compare", "out/a", "out/b", "--truth", "truth.ids.npy").status == 64)
    #expect(try sandbox.vecmill("compare", "out/a", "out/b", "--queries", "gone.npy").status == 74)
  }

  /// A hashing embedder puts verses of one kind together, and an index of one byte less so.
  @Test func precisionIsOfAFieldOfClasses() throws {
    let sandbox = try sandbox()
    let ending = try sandbox.vecmill("compare", "out/a", "out/b", "--queries", "60", "--labels", "kind", "--json")
    let found = figures(ending)
    let precision = try #require(found["mAP@10"], "\(ending.out)\(ending.err)")
    #expect((precision.old ?? 0) > 0.9 && (precision.new ?? 2) <= 1)
    let table = try sandbox.vecmill("compare", "out/a", "out/b", "--queries", "60", "--labels", "kind")
    #expect(table.status == 0 && table.out.contains("mAP@10"))
    let none = try sandbox.vecmill("compare", "out/a", "out/b", "--labels", "colour")
    #expect(none.status == 64 && none.err.contains("colour"), "\(none.status) \(none.err)")
  }

  @Test func impossibleQuestionsAreRefused() throws {
    let sandbox = try sandbox()
    for options in [["-k", "0"], ["-k", "1001"], ["--queries", "0"], ["--queries", "-3"]] {
      #expect(try Program(["compare", "out/a", "out/b"] + options, in: sandbox).ended().status == 64, "\(options)")
    }
    // Bundles that share nothing have nothing to be asked with.
    try sandbox.write(Self.rhymes(7), to: "others.jsonl")
    #expect(try sandbox.vecmill("run", "rhymes.yaml", "--set", "from=others.jsonl", "--set", "to=out/c").status == 0)
    let strangers = try sandbox.vecmill("compare", "out/a", "out/c")
    #expect(strangers.status == 64 && strangers.err.contains("no item in common"), "\(strangers.status) \(strangers.err)")
  }

  /// What `diff` counts is what was done to the records.
  @Test func versionsAreHeldAgainstEachOther() throws {
    let sandbox = try sandbox()
    #expect(try sandbox.vecmill("publish", "out/a", "--name", "rhymes").status == 0)
    // Three change, and the last two go.
    try sandbox.write(Self.rhymes(Self.count - 2, changing: [3, 30, 100]), to: "rhymes.jsonl")
    #expect(try sandbox.vecmill("run", "rhymes.yaml").status == 0)
    let second = try sandbox.vecmill("publish", "out/a", "--name", "rhymes", "--alias", "champion", "--json")
    #expect(second.status == 0, "\(second.err)")
    let diff = try sandbox.vecmill("diff", "rhymes@1", "rhymes@2", "--json")
    let items = diff.json["records"] as? [String: Any] ?? [:]
    #expect(
      items["changed"] as? Int == 3 && items["removed"] as? Int == 2 && items["added"] as? Int == 0, "\(diff.out)\(diff.err)")
    let back = try sandbox.vecmill("diff", "rhymes@2", "rhymes@1", "--json").json["records"] as? [String: Any]
    #expect(back?["added"] as? Int == 2 && back?["removed"] as? Int == 0)
    let list = try sandbox.vecmill("list")
    #expect(list.status == 0 && list.out.contains("rhymes") && list.out.contains("champion"), "\(list.out)")
    #expect(try sandbox.vecmill("publish", "out/a", "--name", "rhymes").out.contains("rhymes@2"), "it is there already")
    #expect(try sandbox.vecmill("publish", "out/gone", "--name", "rhymes").status == 64)
    #expect(try sandbox.vecmill("publish", "out/a", "--name", "no/name").status == 64)
  }
}
