import FoundationEssentials
import Glibc
import Reports
import TestSupport
import Testing

@Suite struct DepfileTests {
  @Test func ruleAndEmptyRules() {
    let text = Depfile(targets: ["out/photos"], sources: ["p.yaml", "a.tar", "a.tar"]).text
    #expect(text == "out/photos: \\\n  p.yaml \\\n  a.tar\n\np.yaml:\n\na.tar:\n")
  }

  @Test func specialCharacters() {
    let text = Depfile(targets: ["o p"], sources: ["a b$c#d:e", #"back\slash"#, #"w\ x"#, "no\nline"]).text
    #expect(text.hasPrefix(##"o\ p: \"##))
    #expect(text.contains(##"  a\ b$$c\#d\:e"##))
    #expect(text.contains(#"  back\slash"#))
    #expect(text.contains(#"  w\\\ x"#))
    #expect(!text.contains("line"))
  }

  /// What make itself makes of it: the target is remade when a source with an awkward name is newer, and not otherwise.
  @Test func makeReadsIt() throws {
    guard access("/usr/bin/make", X_OK) == 0 else {
      print("skipped: /usr/bin/make is not there")
      return
    }
    let folder = try TemporaryFolder()
    for name in [
      "a b.tar", "dollar$.tar", "hash#.tar", "colon:x.tar", "star*.tar", "per%cent.tar", "plain.tar", #"back\slash.tar"#,
    ] {
      try folder.write(name, "1".utf8)
      let depfile = Depfile(targets: ["out"], sources: [name]).text
      try folder.write("Makefile", "all: out\nout:\n\t@echo made; touch out\ninclude deps.d\n".utf8)
      try folder.write("deps.d", depfile.utf8)
      #expect(folder.shell("rm -f out; make -s") == "made\n", "\(name)")
      #expect(folder.shell("make -s") == "", "\(name)")
      try folder.write(name, "2".utf8)
      #expect(folder.shell("touch -d '1 hour ago' out; make -s") == "made\n", "\(name)")
      #expect(folder.shell("rm -f '\(name)'; make -s") == "made\n", "\(name)")
    }
  }
}
