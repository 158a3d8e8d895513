import Artifacts
import Pipelines
import Reports
import SystemPackage
import TestSupport
import Testing

/// What an index stage tried, in run.json and the report.
@Suite struct IndexTrialsTests {
  private static func trials(chosen: String) -> String {
    """
    {"constraints":{"recall@10":0.9,"memory":5000},"vectors":900,"of":1000,"queries":90\(chosen),"trials":[
    {"type":"PQ8","bytes":1000,"recall@10":0.5,"misses":["recall@10"]},
    {"type":"IVF8,PQ8","nprobe":4,"bytes":2000,"recall@10":0.45,"misses":["recall@10"]},
    {"type":"PQ16,RFlat","refinement":4,"bytes":4000,"recall@10":0.93,"misses":[]},
    {"type":"Flat<b>","bytes":8000,"recall@10":1,"misses":["memory"]}]}
    """
  }

  private func record(chosen: String, failure: String? = nil) async throws -> RunRecorderTests.Recorded {
    let folder = try RunRecorderTests.folder()
    try folder.write("in/a.tar", "a".utf8)
    var index = FakeStage.index()
    index.phases = [Phase("try", .whole, isOutput: true)]
    index.files = [".trials.json": Self.trials(chosen: chosen)]
    index.besides = ["latency.json": #"{"trial_ms":{"try":[0.25,0.125,0.5]}}"#]
    index.failure = failure
    var pipeline = FakePipeline()
    pipeline.add("photos", "ingest", [], .ingest(folder.path.appending("in/*.tar").string))
    pipeline.add("found", "index", ["photos"], index)
    return try await RunRecorderTests.record(pipeline, in: folder)
  }

  @Test func theyAreInRecordAndReport() async throws {
    let recorded = try await record(chosen: #","chosen":2"#)
    let trials = try #require(try recorded.run.record().stages[1].trials)
    #expect(trials.front == [0, 2, 3] && trials.chosen == 2 && trials.trials.map(\.milliseconds) == [0.25, 0.125, 0.5, nil])
    #expect(trials.trials[2].refinement == 4 && trials.trials[3].misses == ["memory"] && trials.constraints.recall == 0.9)
    let page = recorded.page
    for piece in [
      "<h2>Trials of types<", "found · 900 of 1,000 vectors · 90 queries", "PQ16,RFlat, refinement 4", "0.930", "0.500 ms",
      "state good\">taken", "misses memory", "Flat&lt;b&gt;", "taken: PQ16,RFlat, refinement 4", "<polyline",
    ] { #expect(page.contains(piece), "\(piece)") }
    #expect(!page.contains("Flat<b>"))
  }

  @Test func aStageThatFoundNoneShowsThemToo() async throws {
    let recorded = try await record(chosen: "", failure: "none will do")
    let trials = try #require(try recorded.run.record().stages[1].trials)
    #expect(trials.chosen == nil && trials.trials.count == 4)
    #expect(recorded.page.contains("<h2>Trials of types<") && !recorded.page.contains("state good\">taken"))
  }
}
