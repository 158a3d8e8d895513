import Embedders
import Foundation
import Tensors
import Testing

@Suite struct CommandFailureTests {
  private func failure(
    _ source: String, dimension: Int = 2, timeout: Double = 20, startup: Double = 20
  ) async throws -> (cause: CommandError.Cause, text: String)? {
    guard let script = Script(source) else { return nil }
    let embedder = try script.embedder(dimension: dimension, timeout: timeout, startup: startup)
    do {
      _ = try await embedder.embed([.entry(name: "a/one.jpg", bytes: [1, 2]), .entry(name: "two.png", bytes: [3])])
      Issue.record("no error was thrown")
    } catch let error as CommandError {
      guard case .batch(let cause, _, let records, _) = error else {
        Issue.record("\(error)")
        return nil
      }
      #expect(records == ["a/one.jpg", "two.png"])
      #expect("\(error)".contains("a/one.jpg, two.png"))
      return (cause, "\(error)")
    }
    return nil
  }

  @Test func aCrashNamesTheRecordsAndTheLastWords() async throws {
    guard let found = try await failure("import sys; print('out of tune', file=sys.stderr); sys.exit(3)") else { return }
    #expect(found.cause == .exited(3) && found.text.contains("out of tune"))
  }

  @Test func aSignalIsNamed() async throws {
    guard let found = try await failure("import os; os.kill(os.getpid(), 11)") else { return }
    #expect(found.cause == .killed(signal: 11))
  }

  @Test func aQuietEndIsAnError() async throws {
    guard let found = try await failure("pass") else { return }
    #expect(found.cause == .exited(0))
  }

  @Test func aHangEndsWithTheTimeoutAndTheWholeGroup() async throws {
    let marker = "vecmill-hang-\(UUID())"
    let start = ContinuousClock.now
    guard
      let found = try await failure(
        "import subprocess, time; subprocess.Popen(['sh', '-c', 'sleep 3600; : \(marker)']); time.sleep(3600)",
        timeout: 0.6, startup: 0.6)
    else { return }
    #expect(found.cause == .timeout(seconds: 1.2))
    #expect(ContinuousClock.now - start < .seconds(1800), "the program would have hung for an hour")
    #expect(processes(naming: marker).isEmpty)
  }

  @Test func aProgramThatDoesNotReadTimesOut() async throws {
    guard let script = Script("import time; time.sleep(300)") else { return }
    let embedder = try script.embedder(dimension: 1, timeout: 0.5, startup: 0)
    await #expect(throws: CommandError.self) {
      try await embedder.embed([.entry(name: "big", bytes: [UInt8](repeating: 0, count: 1 << 20))])
    }
  }

  @Test(arguments: [
    ("import sys; sys.stdout.write('hello world, this is text'); sys.stdout.flush(); sys.stdin.read()", "standard output"),
    ("import sys; sys.stdout.buffer.write(b'\\x10' + bytes(23)); sys.stdout.flush(); sys.stdin.read()", "magic"),
    (Script.answering("rows = [[1.0, 2.0]]"), "[1, 2]"), (Script.answering("rows = [[1.0]] * 2"), "[2, 1]"),
    (Script.answering("rows = [[1.0, 2.0]] * 3"), "[3, 2]"),
    (Script.answering("rows = [[1.0, float('nan')]] * 2"), "not finite"),
    (Script.answering("rows = [[1.0, float('inf')]] * 2"), "row 0"),
    (Script.answering("rows = [[1.0, 2.0]] * 2", type: "<f8", code: "d"), "astype"),
    (Script.answering("rows = [[1.0, 2.0]] * 2; print('done')"), "standard output"),
    (Script.answering("rows = [[1.0, 2.0]] * 2", type: "<f4", code: "d"), "bytes"),
    ("import os, time; os.close(1); time.sleep(60)", "closed its standard output"),
  ]) func aWrongAnswerIsAnError(_ source: String, _ hint: String) async throws {
    guard let found = try await failure(source) else { return }
    guard case .answer(let reason) = found.cause else {
      Issue.record("\(found.cause)")
      return
    }
    #expect(reason.contains(hint))
  }

  @Test func theNextBatchAfterACrashIsServed() async throws {
    guard
      let script = Script(
        Script.answering(
          """
          if entries[0][1] == b"bad": sys.exit(9)
          rows = [[5.0]] * len(entries)
          """))
    else { return }
    let embedder = try script.embedder(dimension: 1)
    #expect(try await embedder.embed([.text("good")]).values == [5])
    await #expect(throws: CommandError.self) { try await embedder.embed([.text("bad")]) }
    #expect(try await embedder.embed([.text("good")]).values == [5])
    await embedder.close()
  }

  @Test func cancellingEndsTheProcess() async throws {
    let marker = "vecmill-cancel-\(UUID())"
    guard let script = Script("import time; '\(marker)'; time.sleep(300)") else { return }
    var options = script.options(dimension: 1)
    options.arguments.append(marker)
    let embedder = try CommandEmbedder(options, workers: 1)
    await #expect(throws: CancellationError.self) {
      try await withThrowingTaskGroup(of: Matrix.self) { group in
        for _ in 0..<3 { group.addTask { try await embedder.embed([.text("x")]) } }
        for _ in 0..<200 where processes(naming: marker).isEmpty { try await Task.sleep(for: .milliseconds(50)) }
        #expect(processes(naming: marker).count == 1)
        group.cancelAll()
        for try await _ in group {}
      }
    }
    #expect(processes(naming: marker).isEmpty)
  }

  @Test func noProcessStaysBehind() async throws {
    let marker = "vecmill-leave-\(UUID())"
    guard let script = Script(Script.answering("rows = [[1.0]] * len(entries)")) else { return }
    var options = script.options(dimension: 1)
    options.arguments.append(marker)
    do {
      let embedder = try CommandEmbedder(options, workers: 2)
      _ = try await embedder.embed([.text("x")])
      #expect(processes(naming: marker).count == 1)
    }
    for _ in 0..<100 where !processes(naming: marker).isEmpty { try await Task.sleep(for: .milliseconds(50)) }
    #expect(processes(naming: marker).isEmpty)
  }

  @Test func aPictureIsRefused() async throws {
    guard let script = Script("pass") else { return }
    let embedder = try script.embedder(dimension: 1)
    let picture = EmbedderContent.image(Image(width: 1, height: 1, pixels: [0, 0, 0]))
    await #expect(throws: CommandError.content(1)) { try await embedder.embed([.text("a"), picture]) }
  }
}

/// The numbers of processes, zombies too, that have this text in their command line.
private func processes(naming marker: String) -> [Int] {
  let folders = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
  return folders.compactMap(Int.init).filter { pid in
    guard let line = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") else { return false }
    return String(decoding: line, as: UTF8.self).contains(marker)
  }
}
