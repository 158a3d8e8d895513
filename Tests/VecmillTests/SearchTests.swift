import Foundation
import Testing

/// `search`, `show`, `verify` and `gc` on what a run left.
@Suite struct SearchTests {
  @Test func findsTextsByWords() throws {
    let sandbox = try Sandbox.notes()
    try sandbox.vecmill("run", "notes.yaml")
    let table = try sandbox.vecmill("search", "out/notes", "--text", "the tide and the moon", "-k", "3")
    #expect(table.status == 0)
    let lines = table.out.split(separator: "\n")
    #expect(lines.count == 4)
    #expect(lines[0].hasPrefix("rank"))
    let json = try sandbox.vecmill("search", "out/notes", "--text", "the tide and the moon", "-k", "3", "--json").json
    #expect((json["hits"] as? [[String: Any]])?.map { $0["rank"] as? Int } == [1, 2, 3])
  }

  @Test func findsAPictureByItself() throws {
    let sandbox = try Sandbox.pictures()
    try sandbox.vecmill("run", "pictures.yaml")
    let first = try sandbox.vecmill("search", "out/pictures", "--text", "a house")
    #expect(first.status == 64)
    let vectors = try #require(
      sandbox.files(below: ".vecmill").keys.sorted().first {
        $0.contains("/embed-") && $0.hasSuffix("0.npy")
      })
    let answers = try sandbox.vecmill(
      "search", "out/pictures", "--vectors", ".vecmill/\(vectors)", "-k", "2", "--output", "answers")
    #expect(answers.status == 0, "\(answers.err)")
    #expect(sandbox.exists("answers.ids.npy") && sandbox.exists("answers.distances.npy"))
    let ids = try sandbox.shell("\"$VECMILL\" search out/pictures --vectors '.vecmill/\(vectors)' -k 1 --json").out
    let list = try JSONSerialization.jsonObject(with: Data(ids.utf8)) as? [[String: Any]]
    let hit = try #require((list?.first?["hits"] as? [[String: Any]])?.first)
    let id = try #require(hit["id"] as? Int)
    #expect(try sandbox.shell("\"$VECMILL\" show out/pictures \(id) > picture").status == 0)
    let again = try sandbox.vecmill("search", "out/pictures", "--image", "picture", "-k", "1", "--json").json
    #expect((again["hits"] as? [[String: Any]])?.first?["id"] as? Int == id)
    let facts = try sandbox.vecmill("show", "out/pictures", "\(id)", "--json").json
    #expect(facts["entry"] as? String == hit["entry"] as? String)
    #expect(try sandbox.vecmill("show", "out/pictures", "\(id)", "--output", "copy").status == 0)
    #expect(sandbox.files(below: ".")["copy"] == sandbox.files(below: ".")["picture"])
  }

  @Test func refusesWhatItCannotAnswer() throws {
    let sandbox = try Sandbox.notes()
    #expect(try sandbox.vecmill("search", "out/notes", "--text", "a").status == 64)
    try sandbox.vecmill("run", "notes.yaml")
    #expect(try sandbox.vecmill("search", "out/notes", "--id", "5").status == 64)
    #expect(try sandbox.vecmill("search", "out/notes", "--text", "a", "--where", "colour = 1").status == 64)
    #expect(try sandbox.vecmill("search", "out/notes", "--text", "a", "--id", "5").status == 64)
    #expect(try sandbox.vecmill("verify", "out/notes").status == 0)
    try sandbox.write("spoilt", to: "out/notes/index.faiss")
    #expect(try sandbox.vecmill("search", "out/notes", "--text", "a").status == 65)
    #expect(try sandbox.vecmill("verify", "out/notes").status == 65)
    #expect(try sandbox.vecmill("verify", "out").status == 64)
  }

  @Test func impossibleOptionsAreRefused() throws {
    let sandbox = try Sandbox.notes()
    try sandbox.vecmill("run", "notes.yaml")
    for options in [
      ["-k", "0"], ["-k", "1000001"], ["--nprobe", "0"], ["--jobs", "0"], ["--jobs", "4097"], ["--output", "x"],
    ] {
      let ending = try Program(["search", "out/notes", "--text", "a"] + options, in: sandbox).ended()
      #expect(ending.status == 64 && ending.err.contains(options[0]), "\(options): \(ending.err)")
    }
    try sandbox.write("tides", to: "a.npy")
    let garbage = try sandbox.vecmill("search", "out/notes", "--vectors", "a.npy")
    #expect(garbage.status == 65 && garbage.err.contains("a.npy"), "\(garbage.err)")
    let shape = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 16), }"
    let padded = shape + String(repeating: " ", count: 117 - shape.utf8.count) + "\n"
    var file = Data([0x93]) + Data("NUMPY".utf8) + Data([1, 0, 118, 0]) + Data(padded.utf8)
    for place in 0..<16 { withUnsafeBytes(of: (place == 3 ? Float.nan : 1).bitPattern) { file.append(contentsOf: $0) } }
    try file.write(to: sandbox.url.appending(path: "nan.npy"))
    let nan = try sandbox.vecmill("search", "out/notes", "--vectors", "nan.npy")
    #expect(nan.status == 65 && nan.err.contains("row 0"), "\(nan.err)")
  }

  /// Queries from standard input, several at once, and one that nothing answers.
  @Test func answersInOrder() throws {
    let sandbox = try Sandbox.notes()
    try sandbox.vecmill("run", "notes.yaml")
    let piped = try sandbox.shell("printf 'the tide and the moon' | \"$VECMILL\" search out/notes --text - -k 3")
    let given = try sandbox.vecmill("search", "out/notes", "--text", "the tide and the moon", "-k", "3")
    #expect(piped.status == 0 && piped.out == given.out)
    let vectors = try #require(
      sandbox.files(below: ".vecmill").keys.sorted().first {
        $0.contains("/embed-") && $0.hasSuffix("0.npy")
      })
    let many = try sandbox.vecmill(
      "search", "out/notes", "--vectors", ".vecmill/\(vectors)", "-k", "1", "--nprobe", "2", "--jobs", "2")
    #expect(many.status == 0 && many.out.contains("query 0\n") && many.out.contains("\nquery 1\n"), "\(many.out)\(many.err)")
    let none = try sandbox.vecmill("search", "out/notes", "--text", "a", "--where", "id = -5", "--trust-files")
    #expect(none.status == 0 && none.out == "no item meets the condition\n", "\(none.out)\(none.err)")
    let empty = try sandbox.vecmill("search", "out/notes", "--text", "a", "--where", "id = -5", "--json")
    #expect((empty.json["hits"] as? [Any])?.isEmpty == true)
  }

  @Test func removesWhatNothingNeeds() throws {
    let sandbox = try Sandbox.notes()
    try sandbox.vecmill("run", "notes.yaml")
    #expect(try sandbox.vecmill("gc").out.contains("0 artifacts, 0 B freed; 4 kept"))
    try sandbox.write(sandbox.text("notes.yaml").replacing("dimensions: 16", with: "dimensions: 8"), to: "notes.yaml")
    try sandbox.vecmill("run", "notes.yaml")
    let dry = try sandbox.vecmill("gc", "--keep", "1", "--dry-run", "--json").json
    #expect((dry["removed"] as? [Any])?.count == 3)
    #expect(try sandbox.vecmill("gc", "--keep", "1").out.contains("removed features-"))
    #expect(try sandbox.vecmill("run", "notes.yaml").out.contains("nothing to do"))
    #expect((try sandbox.vecmill("status", "--json").json["artifacts"] as? [Any])?.count == 4)
    #expect(try sandbox.vecmill("verify", ".vecmill").status == 0)
  }

  @Test func hashesLinesForTheOracle() throws {
    let sandbox = try Sandbox()
    try sandbox.write("one two\ntwo three three\n", to: "lines.txt")
    let ending = try sandbox.vecmill("oracle", "hashing", "--n-features", "64", "--norm", "none", "lines.txt", "out.npy")
    #expect(ending.out == "2 lines, 64 features, 4 values\n")
    #expect(sandbox.files(below: ".")["out.npy"]?.count == 128 + 2 * 64 * 4)
  }
}
