import Artifacts
import Foundation
import Pipelines
import SystemPackage
import Testing

@Suite struct RunTests {
  private let folder: FilePath

  init() throws {
    folder = FilePath(NSTemporaryDirectory()).appending("vecmill-run-\(UUID().uuidString)")
    try SystemDisk().makeFolder(folder)
  }

  private func withPipeline(_ body: (inout FakePipeline) async throws -> Void) async throws {
    defer { try? FileManager.default.removeItem(atPath: folder.string) }
    var pipeline = try FakePipeline(folder)
    try await body(&pipeline)
  }

  @Test func everyStageIsSealedAndASecondRunDoesNothing() async throws {
    try await withPipeline { pipeline in
      try await pipeline.run("w")
      let plan = try pipeline.plan("w")
      #expect(plan.isFresh && plan.stages.allSatisfy { $0.manifest?.rows == 18 })
      pipeline.works.forget()
      try await pipeline.run("w")
      #expect(pipeline.works.done.isEmpty)
    }
  }

  @Test(arguments: [1, 2, 8]) func theNumberOfJobsChangesNoByte(_ jobs: Int) async throws {
    try await withPipeline { pipeline in
      try await pipeline.run("reference", jobs: 3)
      try await pipeline.run("w", jobs: jobs)
      #expect(try pipeline.content("w") == pipeline.content("reference"))
    }
  }

  /// A stage that fails at its k-th step, for every k: what was committed is not done again, and the end is the same.
  @Test func whatWasCommittedBeforeAFailureIsNotDoneAgain() async throws {
    try await withPipeline { pipeline in
      try await pipeline.run("reference")
      let reference = try pipeline.content("reference")
      let steps = pipeline.works.done
      for failure in steps.indices {
        let workspace = "w\(failure)"
        pipeline.works.forget()
        pipeline.works.failing(at: failure)
        await #expect(throws: StageError.self) { try await pipeline.run(workspace) }
        pipeline.works.failing(at: nil)
        try await pipeline.run(workspace)
        #expect(pipeline.works.done == steps, "failure at step \(failure)")
        #expect(try pipeline.content(workspace) == reference, "failure at step \(failure)")
      }
    }
  }

  @Test func onlyTheArchiveThatChangedIsReadAgain() async throws {
    try await withPipeline { pipeline in
      try await pipeline.run("w")
      pipeline.works.forget()
      try pipeline.write("b", ["5", "6"])
      try await pipeline.run("w")
      #expect(
        pipeline.works.done == [
          "double-00001-00000", "fit", "read b.txt 0", "scale-00000-00000", "scale-00000-00001", "scale-00000-00002",
          "scale-00000-00003", "scale-00001-00000", "scale-00002-00000", "scale-00002-00001", "scale-00002-00002",
          "survey",
        ])
      try await pipeline.run("from-nothing")
      let (incremental, full) = (try pipeline.content("w"), try pipeline.content("from-nothing"))
      for (name, bytes) in full { #expect(incremental[name] == bytes, "\(name)") }
    }
  }

  /// What all sources together decide is a part of each one's key: where it changes, all are read again, and else none is.
  @Test func whatAllSourcesDecideIsPartOfTheKey() async throws {
    try await withPipeline { pipeline in
      pipeline.largeFrom = 64
      try await pipeline.run("w")
      pipeline.works.forget()
      try pipeline.write("d", ["1"])
      try await pipeline.run("w")
      #expect(pipeline.works.done.filter { $0.hasPrefix("read") } == ["read d.txt 0"])
      pipeline.works.forget()
      try pipeline.write("e", (1...30).map(String.init))
      try await pipeline.run("w")
      #expect(pipeline.works.done.count { $0.hasPrefix("read") } == 4 + 1 + 3 + 1 + 10)
      try await pipeline.run("reference")
      #expect(try Set(pipeline.content("reference").keys).isSubset(of: pipeline.content("w").keys))
      pipeline.works.forget()
      try pipeline.write("e", (1...31).map(String.init))
      try await pipeline.run("w")
      #expect(pipeline.works.done.count { $0.hasPrefix("read") } == 11)
    }
  }

  @Test func anArchiveInBetweenMovesTheOthersWithoutWork() async throws {
    try await withPipeline { pipeline in
      try await pipeline.run("w")
      pipeline.works.forget()
      try pipeline.write("aa", ["9"])
      try await pipeline.run("w")
      #expect(pipeline.works.done.filter { $0.hasPrefix("read") } == ["read aa.txt 0"])
      #expect(pipeline.works.done.filter { $0.hasPrefix("double") } == ["double-00001-00000"])
    }
  }

  @Test func damagedWorkIsDoneAgain() async throws {
    try await withPipeline { pipeline in
      try await pipeline.run("reference")
      pipeline.works.failing(at: 9)
      await #expect(throws: StageError.self) { try await pipeline.run("w", jobs: 1) }
      pipeline.works.failing(at: nil)
      let plan = try pipeline.plan("w")
      let artifact = plan.stages[0].artifact
      try DurableFile.commit([0], at: artifact.path(of: "read-00000-00001.txt"))
      if plan.stages[0].mustRun { try await pipeline.run("w") }
    }
  }

  @Test func forcedStagesAreMadeAgain() async throws {
    try await withPipeline { pipeline in
      try await pipeline.run("w")
      let before = try pipeline.content("w")
      pipeline.works.forget()
      try await pipeline.run("w", forced: ["double"])
      #expect(pipeline.works.done.count == 8 && pipeline.works.done.allSatisfy { $0.hasPrefix("double") })
      #expect(try pipeline.content("w") == before)
    }
  }

  @Test func tooManyRejectsFailTheStageAndKeepTheWork() async throws {
    try await withPipeline { pipeline in
      try pipeline.write("b", ["one", "2", "three"])
      pipeline.limit = .count(1)
      let failure = await #expect(throws: StageError.self) { try await pipeline.run("w") }
      #expect(failure?.cause is TooManyRejects)
      pipeline.limit = .share(0.2)
      pipeline.works.forget()
      try await pipeline.run("w")
      #expect(!pipeline.works.done.contains { $0.hasPrefix("read") })
      let plan = try pipeline.plan("w")
      #expect(plan.stages[0].manifest?.rejects == ["no-number": 2])
      #expect(
        try String(decoding: SystemDisk().read(plan.stages[0].artifact.path(of: "rejects.jsonl")), as: UTF8.self)
          == "one\nthree\n")
    }
  }

  @Test func onlyWhatWasRejectedIsTriedAgain() async throws {
    try await withPipeline { pipeline in
      try pipeline.write("b", ["one", "2", "three"])
      pipeline.limit = .share(0.5)
      try await pipeline.run("w")
      #expect(
        try pipeline.plan("w", retryRejects: true).stages.map(\.reason) == [
          "what it rejected is tried again", "its input read changed", "its input double changed",
        ])
      // Again in vain: the rejects are rejected once more, and nothing else is read.
      pipeline.works.forget()
      try await pipeline.run("w", retryRejects: true)
      #expect(pipeline.works.done.filter { $0.hasPrefix("read") } == ["read b.txt 0"])
      #expect(pipeline.works.done.filter { $0.hasPrefix("double") } == [])
      #expect(try pipeline.plan("w").isFresh)
      #expect(try pipeline.plan("w").stages[0].manifest?.rejects == ["no-number": 2])
      // With success, which the next run builds on.
      pipeline.works.takeWords()
      pipeline.works.forget()
      try await pipeline.run("w", retryRejects: true)
      #expect(pipeline.works.done.filter { $0.hasPrefix("read") } == ["read b.txt 0"])
      let plan = try pipeline.plan("w")
      #expect(plan.isFresh && plan.stages.allSatisfy { $0.manifest?.rows == 20 && $0.manifest?.rejects == [:] })
      #expect(try pipeline.plan("w", retryRejects: true).isFresh)
      pipeline.works.forget()
      try pipeline.write("d", ["4"])
      try await pipeline.run("w")
      #expect(pipeline.works.done.filter { $0.hasPrefix("read") } == ["read d.txt 0"])
      #expect(try pipeline.plan("w").stages[0].manifest?.rejects == [:])
    }
  }

  @Test func aRetryThatWasInterruptedGoesOn() async throws {
    try await withPipeline { pipeline in
      try pipeline.write("b", ["one", "2"])
      pipeline.limit = .share(0.5)
      try await pipeline.run("w")
      pipeline.works.failing(at: 0)
      await #expect(throws: StageError.self) { try await pipeline.run("w", retryRejects: true) }
      pipeline.works.failing(at: nil)
      #expect(try pipeline.plan("w").isFresh)
      try await pipeline.run("w", retryRejects: true)
      #expect(try pipeline.plan("w").isFresh && pipeline.plan("w").stages[0].recipe.attempt == 1)
    }
  }

  @Test func theWorkspaceItselfIsNoSource() async throws {
    try await withPipeline { pipeline in
      pipeline.pattern = "**/*.txt"
      try await pipeline.run("in/w")
      #expect(try pipeline.plan("in/w").isFresh)
      #expect(try pipeline.plan("in/w").stages[0].recipe.sources.map(\.name) == ["in/a.txt", "in/b.txt", "in/c.txt"])
      pipeline.pattern = "in"
      #expect(throws: StageError.self) { try pipeline.plan("in/w") }
    }
  }

  @Test func anArtifactOfAnotherVersionIsNotCalledDamaged() async throws {
    try await withPipeline { pipeline in
      try await pipeline.run("w")
      let artifact = try pipeline.plan("w").stages[0].artifact
      for file in [Artifact.manifestFileName, Artifact.summaryFileName] {
        let text = String(decoding: try SystemDisk().read(artifact.path(of: file)), as: UTF8.self)
        let body = text.replacing("\"format\":1", with: "\"format\":7").split(separator: ",\"seal\"")[0] + "}"
        let seal = Digest(of: String(body))
        try DurableFile.commit(Array((body.dropLast() + ",\"seal\":\"\(seal)\"}\n").utf8), at: artifact.path(of: file))
        #expect(throws: OtherFormat.self) { try pipeline.plan("w") }
      }
    }
  }

  @Test func theReasonsAreTold() async throws {
    try await withPipeline { pipeline in
      #expect(try pipeline.plan("w").stages.map(\.reason) == Array(repeating: "it was never made", count: 3))
      try await pipeline.run("w")
      #expect(try pipeline.plan("w").stages[0].reason == "it is fresh: 18 rows")
      pipeline.doubleVersion = 2
      #expect(
        try pipeline.plan("w").stages.map(\.reason) == [
          "it is fresh: 18 rows", "its algorithm is now version 2, was 1", "its input double changed",
        ])
      try pipeline.write("b", ["5"])
      try pipeline.write("d", ["5"])
      #expect(try pipeline.plan("w").stages[0].reason == "d.txt is new; b.txt is changed")
    }
  }

  @Test func stagesAfterTheLastOneWantedAreLeftOut() async throws {
    try await withPipeline { pipeline in
      let plan = try pipeline.plan("w", until: "double")
      #expect(plan.stages.map(\.name) == ["read", "double"])
    }
  }
}
