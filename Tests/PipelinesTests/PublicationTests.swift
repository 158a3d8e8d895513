import Artifacts
import Foundation
import Pipelines
import Synchronization
import SystemPackage
import Testing

/// A publication waits for the gates on all that it is made from, however far back, and for no others.
@Suite struct PublicationTests {
  /// What began and ended, in order.
  private final class Diary: Sendable {
    private let lines = Mutex<[String]>([])
    func note(_ line: String) { lines.withLock { $0.append(line) } }
    var all: [String] { lines.withLock(\.self) }
  }

  private struct Shut: Error {}

  /// A gate that takes its time.
  private struct GateStage: Stage {
    var diary: Diary
    var isShut: Bool
    var output: ArtifactType { .evaluation }
    var isGate: Bool { true }
    var phases: [Phase] { [Phase("judge", .whole)] }

    func run(_ job: Job) async throws {
      try await Task.sleep(for: .milliseconds(80))
      diary.note(job.stage)
      if isShut { throw Shut() }
      try job.commit()
    }
  }

  private struct PublicationStage: Stage {
    var diary: Diary
    var output: ArtifactType { .vectors(dimension: 1) }
    var isPublication: Bool { true }
    var phases: [Phase] { [Phase("publish", .whole)] }

    func run(_ job: Job) async throws {
      diary.note("\(job.stage) after \(job.gates.map(\.stage).joined(separator: ", "))")
      try job.commit()
    }
  }

  /// read → double → scale → export → announce; `early` judges what was read, `late` what was scaled, `aside` another branch.
  private func pipeline(_ fake: FakePipeline, _ diary: Diary, shut: Bool) -> Pipeline {
    func stage(_ name: String, _ inputs: [String], _ stage: any Stage) -> PipelineStage {
      let kind = StageKind(name: name, summary: "", version: 1, input: nil, options: []) { _, _ in stage }
      return PipelineStage(
        name: name, kind: kind, options: StageOptions(entries: [], keyed: []), inputs: inputs, stage: stage)
    }
    return Pipeline(
      name: "published",
      stages: fake.pipeline().stages + [
        stage("other", ["read"], DoubleStage(works: fake.works)),
        stage("early", ["read"], GateStage(diary: diary, isShut: shut)),
        stage("late", ["scale"], GateStage(diary: diary, isShut: false)),
        stage("aside", ["other"], GateStage(diary: diary, isShut: false)),
        stage("export", ["scale"], PublicationStage(diary: diary)),
        stage("announce", ["export"], PublicationStage(diary: diary)),
      ])
  }

  private func run(shut: Bool) async throws -> (diary: [String], error: (any Error)?, rows: Int?) {
    let folder = FilePath(NSTemporaryDirectory()).appending("vecmill-publication-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(atPath: folder.string) }
    try SystemDisk().makeFolder(folder)
    let (fake, diary) = (try FakePipeline(folder), Diary())
    let plan = try Planner(pipeline(fake, diary, shut: shut), in: Workspace(at: folder.appending("w"))).plan()
    var failure: (any Error)?
    do { try await Run(plan, options: .init(jobs: 4, memory: 1 << 30)) { _ in }.execute() } catch { failure = error }
    return (diary.all, failure, try plan.stages.first { $0.name == "export" }?.artifact.manifest()?.rows)
  }

  @Test func whatIsPublishedWasJudged() async throws {
    let (diary, error, rows) = try await run(shut: false)
    #expect(error == nil && rows != nil)
    let place = try #require(diary.firstIndex(of: "export after early, late"), "\(diary)")
    #expect(Set(["early", "late"]).isSubset(of: diary[..<place]), "\(diary)")
    #expect(diary.filter { $0.hasPrefix("announce") } == ["announce after early, late"], "\(diary)")
  }

  @Test func aShutGateFarBackKeepsItIn() async throws {
    let (diary, error, rows) = try await run(shut: true)
    #expect((error as? StageError)?.stage == "early" && (error as? StageError)?.cause is Shut, "\(String(describing: error))")
    #expect(!diary.contains { $0.hasPrefix("export") || $0.hasPrefix("announce") } && rows == nil, "\(diary)")
  }

  @Test func othersAreNotWaitedFor() throws {
    let folder = FilePath(NSTemporaryDirectory()).appending("vecmill-publication-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(atPath: folder.string) }
    let pipeline = pipeline(try FakePipeline(folder), Diary(), shut: false)
    for name in ["export", "announce"] { #expect(pipeline.gates(before: name).map(\.name) == ["early", "late"]) }
    for name in ["scale", "early", "nobody"] { #expect(pipeline.gates(before: name).isEmpty) }
  }
}
