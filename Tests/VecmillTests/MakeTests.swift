import Foundation
import Testing

/// The depfile in a real Makefile: no work when nothing changed, and work when a source did.
@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/make"), "needs make")) struct MakeTests {
  private static let makefile = """
    out/notes/bundle.json: notes.yaml
    \t"$(VECMILL)" run notes.yaml --depfile deps/notes.d --progress none
    -include deps/notes.d

    """

  @Test func rebuildsWhatChanged() throws {
    let sandbox = try Sandbox.notes { $0.replacing(Program.fixture("articles/notes.zip"), with: "my notes/*.zip") }
    try sandbox.write("", to: "my notes/.keep")
    let archive = sandbox.path("my notes/a #1.zip")
    try FileManager.default.copyItem(atPath: Program.fixture("articles/notes.zip"), toPath: archive)
    try sandbox.write(Self.makefile, to: "Makefile")
    let first = try sandbox.shell("make VECMILL=\"$VECMILL\"")
    #expect(first.status == 0, "\(first.err)")
    #expect(first.out.contains("notes: done"))
    #expect(sandbox.text("deps/notes.d").contains("my\\ notes/a\\ \\#1.zip"))
    #expect(try sandbox.shell("make -q VECMILL=\"$VECMILL\"").status == 0)
    try FileManager.default.removeItem(atPath: archive)
    try FileManager.default.copyItem(atPath: Program.fixture("archives/zip64.zip"), toPath: archive)
    #expect(try sandbox.shell("touch -d '+2 seconds' 'my notes/a #1.zip'; make -q VECMILL=\"$VECMILL\"").status == 1)
  }

  /// The folder that a glob looks into is a source: an archive that is new is noticed.
  @Test func noticesAnArchiveThatIsNew() throws {
    let sandbox = try Sandbox.notes { $0.replacing(Program.fixture("articles/notes.zip"), with: "in/*.zip") }
    try sandbox.write("", to: "in/.keep")
    try FileManager.default.copyItem(atPath: Program.fixture("articles/notes.zip"), toPath: sandbox.path("in/a.zip"))
    try sandbox.write(Self.makefile, to: "Makefile")
    #expect(try sandbox.shell("make VECMILL=\"$VECMILL\"").status == 0)
    #expect(try sandbox.shell("make -q VECMILL=\"$VECMILL\"").status == 0)
    try FileManager.default.copyItem(atPath: Program.fixture("archives/zip64.zip"), toPath: sandbox.path("in/b.zip"))
    #expect(try sandbox.shell("touch -d '+2 seconds' in; make -q VECMILL=\"$VECMILL\"").status == 1)
  }

  /// The depfile is a target of its rule: a Makefile that stands on it does not run again for a source that was only touched.
  @Test func theDepfileIsAStamp() throws {
    let sandbox = try Sandbox.notes()
    try sandbox.write(Self.makefile.replacing("out/notes/bundle.json:", with: "deps/notes.d:"), to: "Makefile")
    #expect(try sandbox.shell("make VECMILL=\"$VECMILL\"").status == 0)
    #expect(try sandbox.shell("make -q VECMILL=\"$VECMILL\"").status == 0)
    #expect(try sandbox.shell("sleep 0.05; touch notes.yaml; make VECMILL=\"$VECMILL\"").out.contains("nothing to do"))
    #expect(try sandbox.shell("make -q VECMILL=\"$VECMILL\"").status == 0)
  }
}
