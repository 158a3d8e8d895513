import Foundation
import Testing

/// Signals and second runs. These wait for what a run has committed, never for a time, so that slow machines pass too.
@Suite(.serialized) struct SignalTests {
  /// Enough pictures that a run with one job takes some seconds.
  private func manyPictures() throws -> Sandbox {
    let sandbox = try Sandbox.pictures { $0.replacing(Program.fixture("photos/scenes-0.tar"), with: "many/*.tar") }
    try FileManager.default.createDirectory(atPath: sandbox.path("many"), withIntermediateDirectories: true)
    for number in 10..<34 {
      try FileManager.default.copyItem(atPath: Program.fixture("photos/scenes-0.tar"), toPath: sandbox.path("many/\(number).tar"))
    }
    return sandbox
  }

  /// Waits until a stage has committed so many jobs.
  private func wait(for count: Int, of stage: String, in sandbox: Sandbox, while program: Program) {
    while program.process.isRunning {
      let committed = sandbox.files(below: ".vecmill").keys.count {
        $0.contains("/\(stage)-") && $0.hasSuffix(".checkpoint.json")
      }
      if committed >= count { return }
      usleep(5000)
    }
  }

  @Test(arguments: [(SIGTERM, 143), (SIGINT, 130), (SIGHUP, 143)] as [(Int32, Int32)])
  func aSignalStopsAndTheNextRunGoesOn(_ signal: Int32, _ status: Int32) throws {
    let sandbox = try manyPictures()
    let program = try Program(["run", "pictures.yaml", "--jobs", "1", "--json"], in: sandbox)
    wait(for: 3, of: "features", in: sandbox, while: program)
    let sent = ContinuousClock.now
    kill(program.process.processIdentifier, signal)
    let ending = program.ended()
    #expect(ending.status == status)
    #expect(sent.duration(to: .now) < .seconds(3))
    #expect(ending.err.contains("the next run goes on from there"))
    #expect(ending.json["outcome"] as? String == "interrupted")
    let kept = sandbox.files(below: ".vecmill").keys.count { $0.hasSuffix(".checkpoint.json") }
    #expect(kept >= 3)
    guard signal == SIGTERM else { return }
    #expect(try sandbox.vecmill("run", "pictures.yaml").status == 0)
    let whole = try manyPictures()
    #expect(try whole.vecmill("run", "pictures.yaml").status == 0)
    #expect(sandbox.files(below: ".vecmill") == whole.files(below: ".vecmill"))
    #expect(sandbox.files(below: "out") == whole.files(below: "out"))
  }

  @Test func aKilledRunIsResumed() throws {
    let sandbox = try manyPictures()
    let program = try Program(["run", "pictures.yaml", "--jobs", "1"], in: sandbox)
    wait(for: 2, of: "features", in: sandbox, while: program)
    kill(program.process.processIdentifier, SIGKILL)
    #expect(program.ended().status == 137)
    let ending = try sandbox.vecmill("run", "pictures.yaml")
    #expect(ending.status == 0)
    #expect(try sandbox.vecmill("verify", ".vecmill").status == 0)
    #expect(try sandbox.vecmill("verify", "out/pictures").status == 0)
  }

  @Test func aSecondRunIsSentAway() throws {
    let sandbox = try manyPictures()
    let program = try Program(["run", "pictures.yaml", "--jobs", "1"], in: sandbox)
    wait(for: 1, of: "pictures", in: sandbox, while: program)
    let second = try sandbox.vecmill("run", "pictures.yaml", "--json")
    #expect(second.status == 75)
    #expect(second.err.contains("process \(program.process.processIdentifier)"))
    #expect((second.json["error"] as? [String: Any])?["code"] as? String == "locked")
    #expect(try sandbox.vecmill("gc").status == 75)
    // Two signals end it at once.
    kill(program.process.processIdentifier, SIGTERM)
    kill(program.process.processIdentifier, SIGINT)
    #expect([130, 143].contains(program.ended().status))
  }

  @Test func aHangUpThatIsIgnoredIsIgnored() throws {
    let sandbox = try manyPictures()
    let program = try Program(
      ["-c", "trap '' HUP; exec \"$VECMILL\" run pictures.yaml --until pictures"], in: sandbox, executable: "/bin/sh",
      environment: ["VECMILL": Program.path])
    wait(for: 1, of: "pictures", in: sandbox, while: program)
    kill(program.process.processIdentifier, SIGHUP)
    #expect(program.ended().status == 0)
  }
}
