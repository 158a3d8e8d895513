import Testing

/// What the program says about itself, and about a slip on the command line.
@Suite struct UsageTests {
  @Test func tellsItsVersion() throws {
    let ending = try Sandbox().vecmill("--version")
    #expect(ending.status == 0)
    #expect(ending.out == "0.1.0\n")
  }

  @Test(arguments: ["run", "check", "plan", "graph", "schema", "status", "search", "show", "verify", "gc"])
  func helpsWithEachCommand(_ command: String) throws {
    let ending = try Sandbox().vecmill(command, "--help")
    #expect(ending.status == 0)
    #expect(ending.err == "")
    #expect(ending.out.contains("EXAMPLES:"))
    #expect(ending.out.contains("--json"))
  }

  @Test func helpsAtAll() throws {
    let ending = try Sandbox().vecmill("--help")
    #expect(ending.status == 0)
    for word in ["run", "search", "EXIT STATUS", "130, 143"] { #expect(ending.out.contains(word)) }
    #expect(!ending.out.contains("oracle"))
  }

  @Test func namesTheNearestOption() throws {
    let ending = try Sandbox().vecmill("run", "a.yaml", "--dryrun")
    #expect(ending.status == 64)
    #expect(ending.err.contains("vecmill: error:") && ending.err.contains("--dry-run"))
    #expect(ending.out == "")
  }

  @Test func namesTheNearestCommand() throws {
    let ending = try Sandbox().vecmill("serch", "out")
    #expect(ending.status == 64)
    #expect(ending.err.contains("did you mean \"search\"?"))
  }

  @Test func namesTheNearestStage() throws {
    let sandbox = try Sandbox.notes()
    for option in ["--until", "--force"] {
      let ending = try sandbox.vecmill("run", "notes.yaml", option, "featurs")
      #expect(ending.status == 64)
      #expect(ending.err.contains("did you mean \"features\"?"))
    }
    #expect(!sandbox.exists(".vecmill"))
  }

  @Test func tellsWrongUsageAsJSON() throws {
    let ending = try Sandbox().vecmill("search", "out", "--json")
    #expect(ending.status == 64)
    let error = ending.json["error"] as? [String: Any]
    #expect(error?["code"] as? String == "usage")
    #expect(error?["exitCode"] as? Int == 64)
  }

  @Test(arguments: [["--jobs", "0"], ["--jobs", "many"], ["--memory", "4 apples"], ["--progress", "loud"], ["--report", ""]])
  func refusesImpossibleValues(_ option: [String]) throws {
    let sandbox = try Sandbox.notes()
    #expect(try Program(["run", "notes.yaml"] + option, in: sandbox).ended().status == 64)
    #expect(!sandbox.exists(".vecmill"))
  }

  /// A reader that goes away early is no failure; an output that cannot be written is.
  @Test func mindsItsOutput() throws {
    let sandbox = try Sandbox()
    #expect(try sandbox.shell("\"$VECMILL\" schema | true").err == "")
    #expect(try sandbox.shell("\"$VECMILL\" schema > /dev/full").status == 73)
  }
}
