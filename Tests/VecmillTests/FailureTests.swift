import Foundation
import Testing

/// How a run that does not end well ends: the exit status of each kind, and what is said.
@Suite struct FailureTests {
  @Test func tooManyRejects() throws {
    let sandbox = try Sandbox.pictures()
    let hostile = "archives=\(Program.fixture("hostile/pictures.tar"))"
    let ending = try sandbox.vecmill("run", "pictures.yaml", "--set", hostile, "--set", "max_rejects=0", "--json")
    #expect(ending.status == 3)
    #expect(ending.json["outcome"] as? String == "tooManyRejects")
    let error = ending.json["error"] as? [String: Any]
    #expect(error?["code"] as? String == "too-many-rejects")
    #expect(error?["stage"] as? String == "pictures")
    #expect(ending.err.contains("max_rejects"))
  }

  @Test func aGateThatIsNotMet() throws {
    let sandbox = try Sandbox.notes {
      $0 + "  quality:\n    kind: evaluate\n    input: index\n    queries: 10\n    require: {bytes_per_vector: \"<= 1\"}\n"
    }
    let ending = try sandbox.vecmill("run", "notes.yaml")
    #expect(ending.status == 4)
    #expect(ending.err.contains("bytes_per_vector"))
    #expect(ending.out.contains("quality gate not met"))
  }

  @Test func aSourceThatIsNotThere() throws {
    let sandbox = try Sandbox.pictures()
    let ending = try sandbox.vecmill("run", "pictures.yaml", "--set", "archives=none/*.tar")
    #expect(ending.status == 65)
    #expect(ending.err.contains("none/*.tar"))
  }

  @Test func anArchiveThatIsCutShort() throws {
    let sandbox = try Sandbox.pictures()
    let ending = try sandbox.vecmill("run", "pictures.yaml", "--set", "archives=\(Program.fixture("hostile/truncated.tar.gz"))")
    #expect([3, 65].contains(ending.status))
    #expect(ending.err.contains("truncated.tar.gz") || ending.err.contains("rejected"))
  }

  /// The shell's limit on file sizes stands in for a full disk: the write fails in the same way.
  @Test func aFullDisk() throws {
    let sandbox = try Sandbox.pictures()
    let ending = try sandbox.shell("ulimit -f 16; exec \"$VECMILL\" run pictures.yaml")
    #expect(ending.status == 73)
    #expect(ending.err.contains("cannot write") && ending.err.contains("more bytes are needed"))
    #expect(try sandbox.vecmill("run", "pictures.yaml").status == 0)
    #expect(try sandbox.vecmill("verify", ".vecmill").status == 0)
  }

  /// A limit that only the items pass: to SQLite this is an I/O error like any other.
  @Test func noRoomForTheItems() throws {
    let sandbox = try Sandbox.notes()
    let ending = try sandbox.shell("ulimit -f 64; exec \"$VECMILL\" run notes.yaml --until index")
    #expect(ending.status == 0)
    let last = try sandbox.shell("ulimit -f 64; exec \"$VECMILL\" run notes.yaml")
    #expect(last.status == 73)
    #expect(last.err.contains("items.sqlite") && last.err.contains("File too large"))
    #expect(try sandbox.vecmill("run", "notes.yaml").status == 0)
  }

  @Test func aTargetThatIsTaken() throws {
    let sandbox = try Sandbox.notes()
    try sandbox.write("precious", to: "out/notes/letters.txt")
    let ending = try sandbox.vecmill("run", "notes.yaml")
    #expect(ending.status == 73)
    #expect(sandbox.text("out/notes/letters.txt") == "precious")
  }

  @Test func aWorkspaceThatCannotBe() throws {
    let sandbox = try Sandbox.notes()
    try sandbox.write("a file", to: "taken")
    #expect(try sandbox.vecmill("run", "notes.yaml", "--workspace", "taken").status == 74)
  }

  @Test func aProgramThatIsNotThere() throws {
    let sandbox = try Sandbox.notes {
      $0.replacing("embedder: hashing", with: "embedder: command")
        .replacing("hashing: {dimensions: 16}", with: "command: {program: ./nothing, version: 1, dimension: 4}")
    }
    let ending = try sandbox.vecmill("run", "notes.yaml")
    #expect([65, 78].contains(ending.status))
    #expect(ending.err.contains("nothing"))
  }

  /// A workspace in which a committed file was changed is found out, and mended by force.
  @Test func aDamagedWorkspace() throws {
    let sandbox = try Sandbox.notes()
    try sandbox.vecmill("run", "notes.yaml")
    #expect(try sandbox.vecmill("verify", ".vecmill").status == 0)
    let victim = try #require(
      sandbox.files(below: ".vecmill").keys.sorted().first { $0.contains("features") && $0.hasSuffix(".npy") })
    try sandbox.write("spoilt", to: ".vecmill/\(victim)")
    let ending = try sandbox.vecmill("verify", ".vecmill", "--json")
    #expect(ending.status == 65)
    #expect((ending.json["faults"] as? [[String: Any]])?.count == 1)
    #expect(try sandbox.vecmill("run", "notes.yaml", "--force", "features").status == 0)
    #expect(try sandbox.vecmill("verify", ".vecmill").status == 0)
  }
}
