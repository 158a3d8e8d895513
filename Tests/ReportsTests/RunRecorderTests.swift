import Artifacts
import FoundationEssentials
import Pipelines
import Reports
import SystemPackage
import TestSupport
import Testing

@Suite struct RunRecorderTests {
  /// A run of pretending stages with its recorder; what it leaves lies in the folder.
  struct Recorded {
    let folder: TemporaryFolder
    let record: RunRecord
    let run: RunFolder
    var page: String { (try? SystemDisk().read(run.reportPath)).map { String(decoding: $0, as: UTF8.self) } ?? "" }
  }

  static func request(_ text: String = "pipeline: photos\n") -> RunRequest {
    RunRequest(
      pipeline: "photos", file: "photos.yaml", text: text, parameters: ["archives": "*.tar"], overrides: [:], jobs: 2,
      version: "1.2.3")
  }

  static func record(_ pipeline: FakePipeline, in folder: TemporaryFolder, text: String = "pipeline: photos\n") async throws
    -> Recorded
  {
    let plan = try pipeline.plan(in: Workspace(at: folder.path.appending("ws")))
    let recorder = try RunRecorder(plan, request(text), memory: 1 << 30)
    var failure: (any Error)?
    do {
      try await Run(plan, options: .init(jobs: 2, memory: 1 << 30), observer: recorder.observe).execute()
    } catch {
      failure = error
    }
    let record = try recorder.finish(exitCode: failure == nil ? 0 : 1, error: failure)
    return Recorded(folder: folder, record: record, run: recorder.folder)
  }

  /// photos → features → index → quality on two sources.
  static func pipeline(in folder: TemporaryFolder, entry: String = "a.jpg") throws -> FakePipeline {
    try folder.write("in/a.tar", String(repeating: "a", count: 9000).utf8)
    try folder.write("in/b.tar", String(repeating: "b", count: 6000).utf8)
    var ingest = FakeStage.ingest(folder.path.appending("in/*.tar").string)
    ingest.rejects = ["truncated": 2, "empty": 1]
    ingest.entry = entry
    var pipeline = FakePipeline()
    pipeline.add("photos", "ingest", [], ingest)
    pipeline.add("features", "featurize", ["photos"], .featurize())
    pipeline.add("index", "index", ["features"], .index())
    return pipeline
  }

  static func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try SystemDisk().makeFolder(folder.path.appending("in"))
    return folder
  }

  @Test func theRecordTellsTheRun() async throws {
    let folder = try Self.folder()
    let recorded = try await Self.record(Self.pipeline(in: folder), in: folder)
    let record = try recorded.run.record()
    #expect(record.outcome == .done && record.exitCode == 0 && record.error == nil)
    #expect(record.pipelineDigest == Digest(of: "pipeline: photos\n") && record.request.text == "pipeline: photos\n")
    #expect(record.request.jobs == 2 && record.memory.ceiling == 1 << 30 && (record.memory.peak ?? 0) > 1 << 20)
    #expect(record.host.cpus > 0 && record.started.hasSuffix("Z") && record.ended! >= record.started)
    #expect(record.sources.map(\.size) == [9000, 6000])
    let stages = record.stages
    #expect(stages.map(\.name) == ["photos", "features", "index"] && stages.map(\.state) == [.done, .done, .done])
    #expect(stages[0].rows == 240 && stages[0].rejects == ["truncated": 12, "empty": 6] && stages[0].rejected == 18)
    #expect(stages[0].jobs == 2 && stages[1].jobs == 6 && stages[2].jobs == 8)
    #expect(stages[1].inputs.map(\.stage) == ["photos"] && stages[1].itemsPerSecond! > 0 && stages[1].busySeconds > 0)
    #expect(stages.allSatisfy { $0.bytes! > 0 && $0.seconds != nil && $0.artifact.hasPrefix($0.name + "-") })
  }

  @Test func theTraceHasEveryEvent() async throws {
    let folder = try Self.folder()
    let recorded = try await Self.record(Self.pipeline(in: folder), in: folder)
    let trace = String(decoding: try SystemDisk().read(recorded.run.tracePath), as: UTF8.self)
    let events = try trace.split(separator: "\n").map { try JSONDecoder().decode(RunEvent.self, from: Data($0.utf8)) }
    #expect(events.first?.event == .runStarted && events.last?.event == .runEnded)
    #expect(events.count { $0.event == .jobEnded } == 16)
    #expect(events.filter { $0.event == .advanced && $0.stage == "photos" }.reduce(0) { $0 + $1.items! } == 240)
    #expect(events.allSatisfy { $0.event == .advanced || $0.memory != nil })
  }

  @Test func aSecondRunIsFresh() async throws {
    let folder = try Self.folder()
    let first = try await Self.record(Self.pipeline(in: folder), in: folder)
    let second = try await Self.record(Self.pipeline(in: folder), in: folder)
    #expect(second.record.outcome == .fresh && second.record.stages.allSatisfy { $0.state == .fresh && $0.rows == 240 })
    #expect(second.record.rejected == 18)
    let names = try Workspace(at: folder.path.appending("ws")).runs().map { $0.path.lastComponent!.string }
    #expect(names == [first, second].map { $0.run.path.lastComponent!.string })
    let line = RunSummary(second.record).line
    #expect(line.hasPrefix("photos: nothing to do (") && line.hasSuffix("0 stages ran, 3 fresh; 240 records, 18 rejects"))
  }

  @Test func namesAreUniqueAndSafe() throws {
    let folder = try Self.folder()
    let plan = try Self.pipeline(in: folder).plan(in: Workspace(at: folder.path.appending("ws")))
    var request = Self.request()
    request.pipeline = "../a b"
    let time = Date(timeIntervalSince1970: 1_795_471_097.042)
    let recorders = try (0..<3).map { _ in try RunRecorder(plan, request, memory: 1, started: time) }
    #expect(
      recorders.map { $0.folder.path.lastComponent!.string } == [
        "20261123T215817.042Z-.._a_b", "20261123T215817.043Z-.._a_b", "20261123T215817.044Z-.._a_b",
      ])
    // What a killed run leaves.
    #expect(try recorders[0].folder.record().outcome == .running)
  }

  @Test func aFailedRunSaysWhere() async throws {
    let folder = try Self.folder()
    var pipeline = try Self.pipeline(in: folder)
    pipeline.stages[2].stage.failure = "256 lists need more vectors"
    let recorded = try await Self.record(pipeline, in: folder)
    #expect(
      recorded.record.outcome == .failed && recorded.record.error?.stage == "index" && recorded.record.error?.job == "train")
    #expect(recorded.record.stages.map(\.state) == [.done, .done, .failed])
    #expect(recorded.page.contains("256 lists need more vectors") && recorded.page.contains(">failed<"))
    #expect(
      RunSummary(recorded.record, report: "r.html").text.contains(
        "rejected 12 truncated, 6 empty: see .vecmill/artifacts/photos-"))
  }

  @Test func rejectsOfAnUnfinishedStageAreShown() async throws {
    let folder = try Self.folder()
    var pipeline = try Self.pipeline(in: folder)
    pipeline.stages[0].stage.rejectLimit = .count(1)
    let recorded = try await Self.record(pipeline, in: folder)
    #expect(recorded.record.stages[0].state == .failed && recorded.record.stages[0].rejects == ["truncated": 12, "empty": 6])
    #expect(recorded.page.contains("over max_rejects of 1") && recorded.page.contains("<code>truncated</code>"))
  }

  @Test func outcomesByExitCode() {
    let codes = [0, 1, 3, 4, 130, 143, 73]
    #expect(
      codes.map { RunRecord.Outcome(exitCode: $0, isFresh: false) } == [
        .done, .failed, .tooManyRejects, .gateNotMet, .interrupted, .interrupted, .failed,
      ])
  }
}
