import Foundation
import Testing

/// Nights of a job as a person sees them: what the binary says it did, and would do.
@Suite struct IncrementTests {
  private static let script = """
    set -e
    if [ ! -d archives ]; then
      mkdir one two archives
      tar xf "$SCENES0" -C one
      tar xf "$SCENES1" -C two
    fi
    pack() { (cd "$1" && find . -name '*.jpg' | sort > ../list && tar cf "../archives/$1.tar" --no-recursion -T ../list); }
    """

  /// A pipeline over archives/*.tar, which two archives of pictures lie in.
  private static func site() throws -> Sandbox {
    let sandbox = try Sandbox.pictures {
      $0.replacing("archives: \(Program.fixture("photos/scenes-0.tar"))", with: "archives: archives/*.tar")
        .replacing("embedder: cnn", with: "embedder: cnn\n    max_rejects: ${max_rejects}")
    }
    try shell(sandbox, "pack one; pack two")
    return sandbox
  }

  private static func shell(_ sandbox: Sandbox, _ commands: String) throws {
    let scenes = (0...1).map { "SCENES\($0)='\(Program.fixture("photos/scenes-\($0).tar"))'" }.joined(separator: "\n")
    let ending = try sandbox.shell(scenes + "\n" + script + "\n" + commands)
    #expect(ending.status == 0, "\(ending.err)")
  }

  private static func stage(_ name: String, _ json: [String: Any]) -> [String: Any] {
    (json["stages"] as? [[String: Any]])?.first { $0["name"] as? String == name } ?? [:]
  }

  /// The first JPEG of a folder.
  private static let first = "$(find one -name '*.jpg' | sort | head -1)"

  @Test func onlyWhatChangedIsFeaturized() throws {
    let sandbox = try Self.site()
    let first = try sandbox.vecmill("run", "pictures.yaml", "--json").json
    let all = Self.stage("features", first)["rows"] as? Int ?? 0
    #expect(all > 20 && Self.stage("features", first)["made"] as? Int == all)
    // One picture changes, one goes, and the archive is packed anew.
    try Self.shell(sandbox, "printf x >> \(Self.first); rm \"$(find one -name '*.jpg' | sort | tail -1)\"; pack one")
    let stale = try sandbox.vecmill("status", "--stale", "pictures.yaml")
    #expect(stale.status == 0)
    #expect(stale.out.contains("one.tar is changed; reads 1 of 2 sources"), "\(stale.out)")
    #expect(stale.out.contains("decodes only contents that are not among the \(all) of its last artifact"), "\(stale.out)")
    #expect(stale.out.contains("keeps its fit unless that drifted by more than 10%"), "\(stale.out)")
    let second = try sandbox.vecmill("run", "pictures.yaml")
    #expect(second.out.contains("features: featurized 1 of \(all - 1) (\(all - 2) reused, 2 removed)"), "\(second.out)")
    #expect(second.out.contains("unit: kept its fit: it drifted by"), "\(second.out)")
    #expect(try sandbox.vecmill("status", "--stale", "pictures.yaml").out.contains("nothing to do"))
    let runs = try FileManager.default.contentsOfDirectory(atPath: sandbox.path(".vecmill/runs")).sorted()
    let record = sandbox.text(".vecmill/runs/\(runs.last!)/run.json")
    #expect(
      record.contains("\"made\" : 1") && record.contains("\"removed\" : 2") && record.contains("\"decision\" : \"kept its fit\""))
    #expect(sandbox.text(".vecmill/runs/\(runs.last!)/report.html").contains("featurized 1 of \(all - 1)"))
  }

  @Test func whatMovesIsNotFeaturizedAgain() throws {
    let sandbox = try Self.site()
    let first = try sandbox.vecmill("run", "pictures.yaml", "--json").json
    let all = Self.stage("features", first)["rows"] as? Int ?? 0
    // Everything in one archive of another name, the other one taken away.
    try Self.shell(sandbox, "mkdir three; cp -r one three/one; cp -r two three/two; rm archives/*.tar; pack three")
    let moved = Self.stage("features", try sandbox.vecmill("run", "pictures.yaml", "--json").json)
    #expect(moved["rows"] as? Int == all && moved["made"] as? Int == 0 && moved["removed"] as? Int == 0)
    // Byte for byte what a run from nothing makes of it.
    try sandbox.vecmill("run", "pictures.yaml", "--until", "features", "--workspace", "fresh")
    let fresh = sandbox.files(below: "fresh/artifacts").filter { $0.key.contains("/") }
    let mine = sandbox.files(below: ".vecmill/artifacts")
    #expect(fresh.count > 5 && fresh.allSatisfy { mine[$0.key] == $0.value })
    // An archive is added, and taken away.
    try Self.shell(sandbox, "pack one; rm archives/three.tar")
    let less = Self.stage("features", try sandbox.vecmill("run", "pictures.yaml", "--json").json)
    #expect(less["made"] as? Int == 0 && (less["removed"] as? Int ?? 0) > 10)
  }

  @Test func rejectsStayRejectedUntilTheyAreTriedAgain() throws {
    let sandbox = try Self.site()
    try Self.shell(sandbox, "f=\(Self.first); head -c $(( $(stat -c %s \"$f\") / 3 )) \"$f\" > cut && mv cut \"$f\"; pack one")
    let first = try sandbox.vecmill("run", "pictures.yaml", "--set", "max_rejects=5", "--json")
    let made = Self.stage("features", first.json)
    #expect(first.status == 0 && (made["rejects"] as? [String: Int])?.values.reduce(0, +) == 1, "\(first.out) \(first.err)")
    // Under another name it is a reject still, and told by its new name.
    try Self.shell(sandbox, "f=\(Self.first); mv \"$f\" one/aaa.jpg; pack one")
    let second = try sandbox.vecmill("run", "pictures.yaml", "--set", "max_rejects=5", "--json")
    let moved = Self.stage("features", second.json)
    #expect(moved["made"] as? Int == 0 && second.status == 0, "\(second.out) \(second.err)")
    #expect((moved["rejects"] as? [String: Int])?.values.reduce(0, +) == 1)
    let artifact = moved["artifact"] as? String ?? ""
    #expect(sandbox.text(".vecmill/artifacts/\(artifact)/rejects.jsonl").contains("aaa.jpg"))
    #expect(try sandbox.vecmill("run", "pictures.yaml", "--set", "max_rejects=5").out.contains("nothing to do"))
    let third = try sandbox.vecmill("run", "pictures.yaml", "--set", "max_rejects=5", "--retry-rejects", "--json")
    let again = Self.stage("features", third.json)
    #expect(again["reason"] as? String == "what it rejected is tried again" && again["made"] as? Int == 0)
    #expect((again["rejects"] as? [String: Int])?.values.reduce(0, +) == 1)
    #expect(try sandbox.vecmill("run", "pictures.yaml", "--set", "max_rejects=5").out.contains("nothing to do"))
  }

  @Test func whatComesFromTheEnvironmentIsNotWrittenDown() throws {
    let sandbox = try Sandbox.notes { $0.replacing("to: out/notes", with: "to: out/${env:PLACE}") }
    let ending = try sandbox.vecmill("run", "notes.yaml", environment: ["PLACE": "hidden-place"])
    #expect(ending.status == 0 && sandbox.exists("out/hidden-place/bundle.json"), "\(ending.err)")
    let runs = try FileManager.default.contentsOfDirectory(atPath: sandbox.path(".vecmill/runs"))
    for file in ["run.json", "report.html"] {
      let text = sandbox.text(".vecmill/runs/\(runs[0])/\(file)")
      #expect(!text.contains("hidden-place") && text.contains("env:PLACE"), "\(file)")
    }
  }

  @Test func aBundleThatLostAFileIsMadeAgain() throws {
    let sandbox = try Sandbox.notes()
    try sandbox.vecmill("run", "notes.yaml")
    try FileManager.default.removeItem(atPath: sandbox.path("out/notes/index.faiss"))
    #expect(try sandbox.vecmill("plan", "notes.yaml", "--explain").out.contains("index.faiss is damaged or gone"))
    #expect(try sandbox.vecmill("run", "notes.yaml").out.contains("1 stage ran"))
    #expect(sandbox.exists("out/notes/index.faiss"))
    try Data([1]).write(to: URL(filePath: sandbox.path("out/notes/items.sqlite")))
    #expect(try sandbox.vecmill("run", "notes.yaml").out.contains("1 stage ran"))
  }
}
