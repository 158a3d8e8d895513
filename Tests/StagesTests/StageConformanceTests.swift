import Artifacts
import Foundation
import Pipelines
import Stages
import Tensors
import TestSupport
import Testing

/// What every kind of stage promises, held against pipelines that together have every kind of the catalog.
@Suite struct StageConformanceTests {
  @Test func everyKindHasACase() {
    let covered = StageCase.all.reduce(into: Set<String>()) { $0.formUnion($1.kinds ?? []) }
    #expect(covered == Set(StageCatalog.standard.kinds.map(\.name)))
    #expect(StageCatalog.standard.faults == [])
  }

  @Test(arguments: StageCase.all) func theSameBytesInAnyWorkspaceAtAnyWidth(_ example: StageCase) async throws {
    let folder = try TemporaryFolder()
    try example.prepare(folder)
    let reference = Site(folder, example.text, name: "r")
    try await reference.run(jobs: 1)
    let (artifacts, exported) = (try reference.artifacts(), try reference.exported())
    #expect(artifacts.count > 20 && exported.keys.contains("bundle.json") && exported.keys.contains("index.faiss"))
    for (name, jobs) in [("s", 1), ("t", 2), ("u", 4), ("v", 16)] {
      let other = Site(folder, example.text, name: name)
      try await other.run(jobs: jobs)
      try expectSame(other.artifacts(), artifacts, "\(jobs) jobs")
      try expectSame(other.exported(), exported, "\(jobs) jobs")
    }
  }

  @Test(arguments: StageCase.all) func aSecondRunDoesNothing(_ example: StageCase) async throws {
    let folder = try TemporaryFolder()
    try example.prepare(folder)
    let site = Site(folder, example.text)
    try await site.run()
    let before = try site.artifacts()
    #expect(try site.plan().isFresh)
    let events = try await site.run()
    #expect(events.jobsDone == [] && events.stagesRun == [])
    #expect(events.filter { $0.event == .planned }.allSatisfy { $0.isFresh == true })
    try expectSame(site.artifacts(), before)
  }

  /// The disk fails at a checkpoint, before or after it stands: the next run does what is missing and no more.
  @Test(arguments: StageCase.all) func afterAFailureOnlyWhatIsMissingIsDone(_ example: StageCase) async throws {
    let folder = try TemporaryFolder()
    try example.prepare(folder)
    let counting = FailingDisk()
    let reference = Site(folder, example.text, name: "r", disk: counting)
    let all = try await reference.run().jobsDone
    let (artifacts, exported) = (try reference.artifacts(), try reference.exported())
    var random = SeededRandom(seed: runSeed("failure \(example.name)"))
    let moments = random.sample(6, below: counting.committed.count) + [0, counting.committed.count - 1]
    for (number, moment) in moments.enumerated() {
      let failing = FailingDisk(failingAt: moment, isLate: number % 2 == 1)
      let site = Site(folder, example.text, name: "\(number)", disk: failing)
      await #expect(throws: StageError.self, "commit \(moment)") { try await site.run(jobs: 1 + number % 4) }
      let resumed = FailingDisk()
      let events = try await Site(folder, example.text, name: site.name, disk: resumed).run(jobs: 3)
      // A whole job that makes shards begins anew; nothing else is committed twice.
      let again = Set(failing.committed).intersection(resumed.committed).filter { !$0.contains("/deduplicate-") }
      #expect(again.sorted() == [], "commit \(moment)")
      #expect(Set(failing.committed).union(resumed.committed).sorted() == counting.committed, "commit \(moment)")
      #expect(Set(events.jobsDone).isSubset(of: all) && events.jobsDone.count <= all.count, "commit \(moment)")
      try expectSame(site.artifacts(), artifacts, "commit \(moment)")
      try expectSame(site.exported(), exported, "commit \(moment)")
    }
  }

  /// Cancelled again and again at random moments, a run comes to the same end.
  @Test(arguments: StageCase.all) func aRunThatIsCancelledComesToTheSameEnd(_ example: StageCase) async throws {
    let folder = try TemporaryFolder()
    try example.prepare(folder)
    let reference = Site(folder, example.text, name: "r")
    let count = try await reference.run().count
    let (artifacts, exported) = (try reference.artifacts(), try reference.exported())
    var random = SeededRandom(seed: runSeed("cancel \(example.name)"))
    var stopped = 0
    for number in 0..<2 {
      let site = Site(folder, example.text, name: "\(number)")
      for _ in 0..<3 {
        let (events, event) = AsyncStream.makeStream(of: Void.self)
        let run = Task {
          defer { event.finish() }
          try await site.run(jobs: 1 + 3 * number) { _ in event.yield() }
        }
        // By events and not by a clock: a share of the time that a run took beside all other tests is minutes of sleep.
        for await _ in events.prefix(random.below(count)) {}
        run.cancel()
        let cancelled = ContinuousClock.now
        switch await run.result {
        case .success: break
        case .failure(let error):
          #expect(error is CancellationError, "\(error)")
          stopped += 1
        }
        // Two seconds are promised; a machine that runs other tests as well is given more.
        #expect(cancelled.duration(to: .now) < .seconds(10))
      }
      try await site.run(jobs: 2)
      try expectSame(site.artifacts(), artifacts)
      try expectSame(site.exported(), exported)
    }
    #expect(stopped > 0)
  }
}
