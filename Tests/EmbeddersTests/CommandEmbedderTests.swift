import Embedders
import Foundation
import Synchronization
import Tensors
import Testing

@Suite struct CommandEmbedderTests {
  @Test func theExampleCountsBytes() async throws {
    guard let options = CommandOptions.example else { return }
    let embedder = try CommandEmbedder(options, workers: 1)
    let rows = try await embedder.embed([.entry(name: "a", bytes: [0, 1, 17, 255]), .text("pp")])
    #expect(rows[row: 0].elementsEqual([0.5, 0.25] + [Float](repeating: 0, count: 13) + [0.25]))
    #expect(rows[0, 7] == 0 && rows[1, 7] == 1)
    await embedder.close()
    await #expect(throws: CommandError.closed) { try await embedder.embed([.text("x")]) }
  }

  @Test func aBatchMayBeLargerThanAPipe() async throws {
    guard let options = CommandOptions.example else { return }
    let embedder = try CommandEmbedder(options, workers: 3)
    let contents = (0..<40).map { EmbedderContent.entry(name: "e\($0)", bytes: [UInt8](repeating: UInt8($0), count: 50_000)) }
    let rows = try await embedder.embed(contents)
    for row in 0..<40 { #expect(rows[row, row / 16] == 1) }
    await embedder.close()
  }

  /// 20 batches wait for two processes, and hold none of the concurrency's threads.
  @Test func manyBatchesShareFewProcesses() async throws {
    guard
      let python = Script(
        Script.answering(
          """
          import os, time
          time.sleep(0.05)
          rows = [[os.getpid() % 65536, len(data)] for name, data in entries]
          """))
    else { return }
    let embedder = try python.embedder(dimension: 2, workers: 2)
    let processes = try await withThrowingTaskGroup(of: (Int, Matrix).self) { group in
      for size in 0..<20 {
        group.addTask { (size, try await embedder.embed([.entry(name: "n", bytes: [UInt8](repeating: 1, count: size))])) }
      }
      var processes = Set<Float>()
      for try await (size, rows) in group {
        #expect(rows[0, 1] == Float(size))
        processes.insert(rows[0, 0])
      }
      return processes
    }
    #expect((1...2).contains(processes.count))
    await embedder.close()
  }

  @Test func standardErrorGoesToTheLogByLines() async throws {
    guard
      let python = Script(
        Script.answering(
          """
          print("one\\ntwo \\u00fc", file=sys.stderr)
          sys.stderr.write("three"); sys.stderr.flush()
          rows = [[0.0]] * len(entries)
          """))
    else { return }
    let log = Lines()
    let embedder = try python.embedder(dimension: 1) { log.add($0) }
    _ = try await embedder.embed([.text("x")])
    await embedder.close()
    #expect(log.lines == ["one", "two ü", "three"])
  }

  @Test func aFloodOfStandardErrorBlocksNothing() async throws {
    guard
      let python = Script(
        Script.answering(
          """
          for _ in range(3000): print("x" * 99, file=sys.stderr)
          rows = [[1.0]] * len(entries)
          """))
    else { return }
    let log = Lines()
    let embedder = try python.embedder(dimension: 1) { log.add($0) }
    #expect(try await embedder.embed([.text("x")]).values == [1])
    #expect(try await embedder.embed([.text("x"), .text("y")]).values == [1, 1])
    await embedder.close()
    #expect(log.lines.count == 6000)
  }

  @Test func aProgramForOneBatchIsStartedAnew() async throws {
    guard let python = Script(Script.answering("rows = [[2.0]] * len(entries)", repeats: false)) else { return }
    let embedder = try python.embedder(dimension: 1)
    for _ in 0..<3 { #expect(try await embedder.embed([.text("x")]).values == [2]) }
  }

  @Test func theIdentityIsOfTheProgramsBytes() throws {
    guard let python = Script("pass"), let other = Script("pass # other"), let same = Script("pass") else { return }
    func digest(_ options: CommandOptions) throws -> String { try CommandEmbedder(options, workers: 1).identity.digest }
    let base = try digest(python.options(dimension: 4))
    #expect(try digest(same.options(dimension: 4)) == base)
    #expect(try digest(other.options(dimension: 4)) != base)
    #expect(try digest(python.options(dimension: 5)) != base)
    var changed = python.options(dimension: 4)
    changed.version = "2"
    #expect(try digest(changed) != base)
    changed = python.options(dimension: 4)
    changed.arguments.append("--more")
    #expect(try digest(changed) != base)
    changed = python.options(dimension: 4)
    changed.timeout = 7
    #expect(try digest(changed) == base)
  }

  @Test func wrongOptionsAreRefused() {
    for options in [
      CommandOptions(program: "/no/such/program", version: "1", dimension: 4),
      CommandOptions(program: "no-such-program-anywhere", version: "1", dimension: 4),
      CommandOptions(program: "/tmp", version: "1", dimension: 4), CommandOptions(program: "", version: "1", dimension: 4),
      CommandOptions(program: "sh", version: "1", dimension: 0),
      CommandOptions(program: "sh", version: "1", dimension: 4, timeout: 0),
    ] {
      #expect(throws: CommandError.self) { try CommandEmbedder(options, workers: 1) }
    }
  }
}

/// Lines of a log, from any thread.
final class Lines: Sendable {
  private let stored = Mutex<[String]>([])
  var lines: [String] { stored.withLock { $0 } }
  func add(_ line: String) { stored.withLock { $0.append(line) } }
}
