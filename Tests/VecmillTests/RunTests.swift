import Foundation
import Testing

/// `run` from its first time to the last: what it does, what it says, and what it leaves alone.
@Suite struct RunTests {
  @Test func runsAndThenHasNothingToDo() throws {
    let sandbox = try Sandbox.notes()
    let first = try sandbox.vecmill("run", "notes.yaml")
    #expect(first.status == 0)
    #expect(first.out.split(separator: "\n").last?.hasPrefix("notes: done") == true, "the summary is the last line")
    #expect(sandbox.exists("out/notes/index.faiss"))
    let before = sandbox.files(below: ".")
    let second = try sandbox.vecmill("run", "notes.yaml")
    #expect(second.status == 0)
    #expect(second.out.hasPrefix("notes: nothing to do"))
    #expect(sandbox.files(below: ".vecmill").count > 10)
    #expect(before.filter { $0.key.hasPrefix("out/") } == sandbox.files(below: ".").filter { $0.key.hasPrefix("out/") })
    #expect(try FileManager.default.contentsOfDirectory(atPath: sandbox.path(".vecmill/runs")).count == 1)
  }

  @Test func refusesACeilingThatIsTooLow() throws {
    let sandbox = try Sandbox.notes()
    let ending = try sandbox.vecmill("run", "notes.yaml", "--memory", "70MiB")
    #expect(ending.status == 78)
    #expect(ending.err.contains("--memory of 70MiB is too little: phase") && ending.err.contains("MiB in all"))
    #expect(!sandbox.exists("out"))
    #expect(try sandbox.vecmill("run", "notes.yaml", "--memory", "1GiB").status == 0)
  }

  @Test func dryRunChangesNothing() throws {
    let sandbox = try Sandbox.notes()
    let ending = try sandbox.vecmill("run", "notes.yaml", "--dry-run")
    #expect(ending.status == 0)
    #expect(ending.out.contains("notes: 4 stages to run, 0 fresh"))
    #expect(!sandbox.exists(".vecmill") && !sandbox.exists("out"))
    #expect(try sandbox.vecmill("run", "notes.yaml", "--dry-run", "--json").json["isFresh"] as? Bool == false)
  }

  @Test func tellsTheResultAsJSON() throws {
    let sandbox = try Sandbox.notes()
    let done = try sandbox.vecmill("run", "notes.yaml", "--json", "--report", "deep/report.html").json
    #expect(done["outcome"] as? String == "done")
    #expect(done["report"] as? String == "deep/report.html")
    #expect((done["stages"] as? [[String: Any]])?.first?["rows"] as? Int == 40)
    #expect(sandbox.text("deep/report.html").contains("<html"))
    let fresh = try sandbox.vecmill("run", "notes.yaml", "--json").json
    #expect(fresh["outcome"] as? String == "fresh")
    #expect(fresh["run"] == nil)
  }

  @Test func writesAReportWhenAskedThoughNothingIsToDo() throws {
    let sandbox = try Sandbox.notes()
    try sandbox.vecmill("run", "notes.yaml")
    #expect(try sandbox.vecmill("run", "notes.yaml", "--report", "again.html").status == 0)
    #expect(sandbox.exists("again.html"))
  }

  @Test func untilStopsEarlyAndForceGoesAgain() throws {
    let sandbox = try Sandbox.notes()
    #expect(try sandbox.vecmill("run", "notes.yaml", "--until", "features").out.contains("2 stages ran"))
    #expect(!sandbox.exists("out"))
    #expect(try sandbox.vecmill("run", "notes.yaml").out.contains("2 stages ran, 2 fresh"))
    #expect(try sandbox.vecmill("run", "notes.yaml", "--force", "index").out.contains("3 fresh"))
  }

  @Test func worksInTheWorkspaceItIsTold() throws {
    let sandbox = try Sandbox.notes()
    try sandbox.vecmill("run", "notes.yaml", "--workspace", "here", "--until", "notes")
    try sandbox.vecmill("run", "notes.yaml", "--until", "notes", environment: ["VECMILL_WORKSPACE": "there"])
    #expect(sandbox.exists("here/artifacts") && sandbox.exists("there/artifacts") && !sandbox.exists(".vecmill"))
  }

  @Test func readsThePipelineFromStandardInput() throws {
    let sandbox = try Sandbox.notes()
    #expect(try sandbox.shell("\"$VECMILL\" check - < notes.yaml").status == 0)
    #expect(try sandbox.shell("cat notes.yaml | \"$VECMILL\" run - --until notes").status == 0)
  }

  @Test func givesTheSameBytesAtAnyWidth() throws {
    let one = try Sandbox.pictures()
    let many = try Sandbox.pictures()
    #expect(try one.vecmill("run", "pictures.yaml", "--jobs", "1").status == 0)
    #expect(try many.vecmill("run", "pictures.yaml", "--jobs", "7", "--memory", "300MB").status == 0)
    #expect(one.files(below: ".vecmill") == many.files(below: ".vecmill"))
  }

  @Test func tellsProgressInLinesWhenPiped() throws {
    let sandbox = try Sandbox.notes()
    let ending = try sandbox.vecmill("run", "notes.yaml")
    #expect(ending.err.contains("features: done: 40 rows"))
    #expect(!ending.err.contains("\u{1B}"))
  }

  @Test func tellsProgressAsJSONOrNotAtAll() throws {
    let sandbox = try Sandbox.notes()
    let lines = try sandbox.vecmill("run", "notes.yaml", "--progress", "json").err.split(separator: "\n")
    #expect(lines.count > 8)
    for line in lines { #expect((try? JSONSerialization.jsonObject(with: Data(line.utf8))) is [String: Any]) }
    #expect(try sandbox.vecmill("run", "notes.yaml", "--force", "files", "--progress", "none").err == "")
  }

  @Test func listsWhatThereIs() throws {
    let sandbox = try Sandbox.notes()
    try sandbox.vecmill("run", "notes.yaml")
    let status = try sandbox.vecmill("status")
    #expect(status.out.contains("4 artifacts"))
    let json = try sandbox.vecmill("status", "--json").json
    #expect((json["artifacts"] as? [Any])?.count == 4)
    #expect((json["runs"] as? [[String: Any]])?.first?["outcome"] as? String == "done")
    #expect(try sandbox.vecmill("status", "--stale", "notes.yaml").out.contains("nothing to do"))
  }
}
