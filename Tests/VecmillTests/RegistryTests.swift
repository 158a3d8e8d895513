import Foundation
import Testing

/// The life of an index by the built binary: publish, promote, roll back, look at it all.
@Suite struct RegistryCommandTests {
  /// The notes with a publication at the end; `on_pass` as given.
  static func site(_ lines: String = "on_pass: promote") throws -> Sandbox {
    try Sandbox.notes { text in
      let options = lines.replacing("\n", with: "\n    ")
      return text + "  live:\n    kind: publish\n    input: files\n    name: notes\n    \(options)\n"
    }
  }

  @Test func aRunPublishesAndPromotesOnce() throws {
    let site = try Self.site()
    let first = try site.vecmill("run", "notes.yaml", "--progress", "none")
    #expect(first.status == 0, "\(first.err)")
    let second = try site.vecmill("run", "notes.yaml")
    #expect(second.status == 0 && second.out.contains("nothing to do"), "\(second.out)\(second.err)")
    let shown = try site.vecmill("show", "notes", "--json").json
    #expect(shown["version"] as? String == "notes@1")
    #expect(shown["aliases"] as? [String] == ["champion"])
    let lineage = shown["lineage"] as? [String: Any]
    #expect((lineage?["text"] as? String)?.contains("kind: publish") == true)
    #expect((lineage?["parameters"] as? [String: String]) == ["to": "out/notes"])
    #expect(((lineage?["inputs"] as? [[String: Any]])?.first?["items"] as? Int ?? 0) > 0)
    // The export may go: the version owns its bytes.
    try FileManager.default.removeItem(atPath: site.path("out"))
    let answer = try site.vecmill("search", "notes", "--text", "water", "-k", "2")
    #expect(answer.status == 0 && answer.out.contains("notes.zip"), "\(answer.err)")
    #expect(try site.vecmill("verify", "notes").status == 0)
    #expect(try site.vecmill("verify", ".vecmill").status == 0)
  }

  @Test func secretsOfTheEnvironmentAreMasked() throws {
    let site = try Self.site()
    let text = site.text("notes.yaml").replacing("  to: out/notes", with: "  key: ${env:SECRET}\n  to: out/notes-${key}")
    try site.write(text, to: "notes.yaml")
    let run = try site.vecmill("run", "notes.yaml", environment: ["SECRET": "hunter2"])
    #expect(run.status == 0, "\(run.err)")
    let shown = try site.vecmill("show", "notes", "--json")
    #expect((shown.json["lineage"] as? [String: Any])?["parameters"] as? [String: String] == ["key": "***", "to": "***"])
    #expect(!site.text(".vecmill/registry/notes/versions/1.json").contains("hunter2"))
  }

  @Test func linkAndCommandFollowTheChampion() throws {
    let site = try Self.site("link: srv/current\nhook: echo $VECMILL_NAME $VECMILL_VERSION $VECMILL_PREVIOUS >> moves")
    #expect(try site.vecmill("run", "notes.yaml").status == 0)
    try site.write(site.text("notes.yaml").replacing("dimensions: 16", with: "dimensions: 8"), to: "notes.yaml")
    let run = try site.vecmill("run", "notes.yaml")
    #expect(run.status == 0, "\(run.err)")
    #expect(site.text("moves") == "notes 1\nnotes 2 1\n")
    let manager = FileManager.default
    #expect(try manager.destinationOfSymbolicLink(atPath: site.path("srv/current")).hasSuffix("registry/notes/versions/2"))
    let back = try site.vecmill("rollback", "notes", "--note", "worse")
    #expect(back.status == 0 && back.out.contains("notes@1 is the champion, after notes@2"), "\(back.out)\(back.err)")
    #expect(try manager.destinationOfSymbolicLink(atPath: site.path("srv/current")).hasSuffix("registry/notes/versions/1"))
    #expect(site.text("moves") == "notes 1\nnotes 2 1\nnotes 1 2\n")
    // A service opens the link, and archives are found from there.
    let answer = try site.vecmill("search", "srv/current", "--text", "water", "-k", "1", "--json")
    let hit = (answer.json["hits"] as? [[String: Any]])?.first
    #expect(answer.status == 0 && hit != nil, "\(answer.err)")
    let history = try site.vecmill("history", "notes")
    #expect(history.out.contains("champion rolled back: notes@2 → notes@1") && history.out.contains("worse"), "\(history.out)")
    // What was rolled back stays so: the next night has nothing new to say.
    #expect(try site.vecmill("run", "notes.yaml").out.contains("nothing to do"))
    #expect(try site.vecmill("show", "notes", "--json").json["version"] as? String == "notes@1")
  }

  @Test func aCommandThatFailsDoesNotUndoThePromotion() throws {
    let site = try Self.site("on_pass: none")
    #expect(try site.vecmill("run", "notes.yaml").status == 0)
    let promoted = try site.vecmill("promote", "notes@1", "--hook", "test -e ready")
    #expect(promoted.status == 1)
    #expect(promoted.err.contains("notes@1 is the champion, but the command test -e ready ended with 1"), "\(promoted.err)")
    #expect(try site.vecmill("show", "notes", "--json").json["aliases"] as? [String] == ["champion"])
    try site.write("", to: "ready")
    let again = try site.vecmill("promote", "notes@1")
    #expect(again.status == 0 && again.out.contains("ran test -e ready"), "\(again.out)\(again.err)")
    #expect(try !site.vecmill("promote", "notes@1").out.contains("ran"))
  }

  @Test func versionsAreComparedKeptAndRemoved() throws {
    let site = try Self.site("on_pass: challenger")
    for dimensions in [16, 8, 4] {
      try site.write(site.text("notes.yaml").replacing(/dimensions: \d+/, with: "dimensions: \(dimensions)"), to: "notes.yaml")
      #expect(try site.vecmill("run", "notes.yaml").status == 0)
    }
    let difference = try site.vecmill("diff", "notes@1", "notes@2")
    #expect(difference.status == 0 && difference.out.contains("0 added, 0 changed, 0 removed"), "\(difference.err)")
    #expect(difference.out.contains("index.dimension"))
    #expect(try site.vecmill("pin", "notes@1").status == 0)
    let dry = try site.vecmill("gc", "--keep", "1", "--dry-run")
    #expect(dry.out.contains("would remove notes@2"), "\(dry.out)\(dry.err)")
    #expect(try site.vecmill("gc", "--keep", "1").status == 0)
    #expect(try site.vecmill("verify", ".vecmill").status == 0)
    let gone = try site.vecmill("search", "notes@2", "--text", "water")
    #expect(gone.status == 64 && gone.err.contains("notes@2: was removed by gc"), "\(gone.err)")
    #expect(try site.vecmill("show", "notes@2").out.contains("removed"))
    #expect(try site.vecmill("search", "notes@1", "--text", "water").status == 0)
    let refused = try site.vecmill("retire", "notes@3")
    #expect(refused.status == 64 && refused.err.contains("is the challenger"), "\(refused.err)")
    #expect(try site.vecmill("list", "notes").out.contains("pinned"))
  }

  @Test func wrongReferencesAreExplained() throws {
    let site = try Self.site()
    #expect(try site.vecmill("run", "notes.yaml").status == 0)
    for (arguments, words) in [
      (["promote", "notes@9"], "the last is notes@1"), (["promote", "nots@1"], "it has notes"),
      (["rollback", "notes"], "no earlier"),
      (["promote", "a@b@c"], "more than one @"), (["search", "notes@next", "--text", "x"], "there is champion"),
    ] {
      let ending = try Program(arguments, in: site).ended()
      #expect(ending.status == 64 && ending.err.contains(words), "\(arguments): \(ending.status) \(ending.err)")
    }
  }

  /// Neither by hand, nor back, nor by a night that makes the same bundle again.
  @Test func noAliasGoesToADamagedVersion() throws {
    let site = try Self.site()
    #expect(try site.vecmill("run", "notes.yaml").status == 0)
    #expect(try site.shell("cp -r out/notes copy").status == 0)
    try site.write(site.text("notes.yaml").replacing("dimensions: 16", with: "dimensions: 8"), to: "notes.yaml")
    #expect(try site.vecmill("run", "notes.yaml").status == 0)
    let index = site.path(".vecmill/registry/notes/versions/1/index.faiss")
    var bytes = try Data(contentsOf: URL(filePath: index))
    bytes[bytes.count / 2] ^= 1
    try bytes.write(to: URL(filePath: index))
    for command in [
      "promote notes@1", "promote notes@1 --alias challenger", "rollback notes", "publish copy --name notes --promote",
    ] {
      let ending = try Program(command.split(separator: " ").map(String.init), in: site).ended()
      #expect(ending.status == 65 && ending.err.contains("notes@1: its bytes are not what was published"), "\(command) \(ending)")
    }
    #expect(try site.vecmill("show", "notes", "--json").json["version"] as? String == "notes@2")
    #expect(try site.vecmill("history", "notes").out.split(separator: "\n").count == 5)
  }

  @Test func aLinkThatCannotBeIsRefusedBeforeAnythingMoves() throws {
    let site = try Self.site("link: current")
    #expect(try site.vecmill("run", "notes.yaml").status == 0)
    #expect(try site.vecmill("registry", "unalias", "notes", "champion").status == 0)
    try site.write("mine", to: "folder/file")
    let refused = try site.vecmill("promote", "notes@1", "--link", "folder")
    #expect(refused.status == 64 && refused.err.contains("is no symbolic link"), "\(refused)")
    #expect(try site.vecmill("list", "--json").out.contains("/current\""))
    #expect(try site.vecmill("promote", "notes@1").out.contains("/current leads there"))
    let off = try site.vecmill("registry", "hook", "notes", "")
    #expect(off.status == 0 && !off.out.contains("command:"), "\(off)")
  }
}
