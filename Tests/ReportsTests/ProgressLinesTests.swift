import Pipelines
import Reports
import Testing

@Suite struct ProgressLinesTests {
  private typealias M = ProgressModelTests

  @Test func linesOfEvents() {
    let events = [
      M.event(0, .runStarted, message: "p"), M.event(0, .planned, "photos", isFresh: false, message: "a.tar is new"),
      M.event(0, .planned, "index", isFresh: true, message: "it is fresh: 5 rows"),
      M.event(0, .jobStarted, "photos", "read-00000"), M.event(12, .jobEnded, "photos", "read-00000", items: 3000, seconds: 12),
      M.event(12.04, .stageEnded, "photos", items: 3000, rejects: 0, seconds: 12),
      M.event(13, .note, "features", message: "a\nb"),
      M.event(14, .stageFailed, "features", message: "the disk is full"),
    ]
    let model = events.reduce(into: ProgressModelTests.model()) { $0.fold($1) }
    #expect(
      ProgressLines().lines(events, model) == [
        "   [0.0s] photos: will run: a.tar is new",
        "   [0.0s] index: it is fresh: 5 rows",
        "  [12.0s] photos: done: 3,000 rows, 12.0 s, 250/s",
        #"  [13.0s] features: a\nb"#,
        "  [14.0s] features: failed: the disk is full",
      ])
  }

  @Test func progressNowAndThen() {
    var lines = ProgressLines()
    var model = ProgressModelTests.model()
    #expect(lines.progress(model, at: 6) == nil)
    model.fold(M.event(0, .stageStarted, "photos", totalBytes: 1000))
    model.fold(M.event(0, .jobStarted, "photos", "read-00000"))
    model.fold(M.event(1, .jobStarted, "index", "train"))
    model.fold(M.event(6, .advanced, "photos", "read-00000", items: 60, bytes: 400, rejects: 1))
    #expect(lines.progress(model, at: 4) == nil)
    #expect(lines.progress(model, at: 6) == "   [6.0s] photos 40% 60 10/s 66.7 B/s 0:09 left 1 reject; index works")
    #expect(lines.progress(model, at: 10.9) == nil)
    #expect(lines.progress(model, at: 11) != nil)
    #expect(lines.last(model, at: 12).first == "  [12.0s] photos: stopped at 60; what is committed stays")
  }

  @Test func jsonLines() {
    let lines = ProgressJSON().lines([M.event(1, .note, "a", message: "b"), M.event(2, .runEnded)])
    #expect(lines == [#"{"event":"note","time":1.000000,"stage":"a","message":"b"}"#, #"{"event":"runEnded","time":2.000000}"#])
  }
}
