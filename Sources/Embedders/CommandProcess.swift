internal import Foundation
internal import Tensors

/// One running program and the talk with it; owned by one thread, which it blocks.
final class CommandProcess {
  private let options: CommandOptions
  private let child: CommandChild
  private let wake: CommandWake
  private var lines: CommandErrorLines
  private var errorsAreOpen = true
  private var answers = 0
  private var inputIsOpen = true
  private var ending: CommandChild.Ending?
  /// It answers no further batch: nobody reads our requests, or it talked out of turn.
  private(set) var isSpent = false

  /// It ended well between two batches, as a program may that serves so many and no more; another one takes the batch.
  struct Retired: Error {}

  /// Seconds that a program has to end by itself once one of its streams has ended.
  static let grace = 2.0

  /// - Throws: `CommandError.program`
  init(_ options: CommandOptions, path: String, wake: CommandWake, log: @escaping @Sendable (String) -> Void) throws {
    self.options = options
    self.wake = wake
    lines = CommandErrorLines(log: log)
    child = try CommandChild.spawn(path, options.arguments)
  }

  deinit {
    kill()
    closeInput()
    close(child.output)
    close(child.errors)
  }

  /// Sends a batch and waits for its answer.
  ///
  /// - Throws: `CommandError.batch`, `Retired`, `CancellationError`; the program has ended then.
  func exchange(_ job: CommandJob) throws -> Matrix {
    do { return try talk(job) } catch let cause as CommandError.Cause {
      kill()
      throw CommandError.batch(cause, program: options.program, records: job.names, errorLines: lines.last)
    } catch let wrong as CommandFrameError {
      kill()
      throw CommandError.batch(
        .answer(wrong.reason), program: options.program, records: job.names, errorLines: lines.last)
    }
  }

  private func talk(_ job: CommandJob) throws -> Matrix {
    let seconds = options.timeout + (answers == 0 ? options.startupTimeout : 0)
    let deadline = ContinuousClock.now + .seconds(seconds)
    var written = 0
    var answer = CommandAnswer(count: job.count, dimension: options.dimension)
    while true {
      let writes = written < job.request.count && !isSpent
      if answer.isComplete && !writes {
        answers += 1
        return try answer.matrix()
      }
      let left = (deadline - ContinuousClock.now) / .seconds(1)
      guard left > 0 else { throw CommandError.Cause.timeout(seconds: seconds) }
      let ready = wait(writes: writes, seconds: left)
      if ready.wake && job.isCancelled { throw CancellationError() }
      if ready.input { write(job.request, &written) }
      if ready.output { try read(&answer) }
    }
  }

  /// Waits until a stream or the wake is ready; standard error is read at once.
  private func wait(writes: Bool, seconds: Double?) -> (wake: Bool, output: Bool, input: Bool) {
    let readable = CommandStreams.readable
    let ready = CommandStreams.wait(
      [
        (wake.descriptor, readable), (errorsAreOpen ? child.errors : -1, readable),
        (isSpent ? -1 : child.output, readable), (writes ? child.input : -1, CommandStreams.writable),
      ], seconds: seconds)
    if ready[0] { wake.clear() }
    if ready[1] { readErrors() }
    return (ready[0], ready[2], ready[3])
  }

  private func write(_ request: [UInt8], _ written: inout Int) {
    if let count = CommandStreams.write(child.input, request, from: written) {
      written += count
    } else {
      // It ended, or closed its input; what it still says is read below.
      written = request.count
    }
  }

  private func read(_ answer: inout CommandAnswer) throws {
    switch CommandStreams.read(child.output, into: &answer.bytes) {
    case .nothingYet: return
    case .bytes: try answer.check()
    case .end:
      isSpent = true
      guard !answer.isComplete else { return }
      let cause = endingCause()
      if cause == .exited(0), answers > 0, answer.bytes.isEmpty { throw Retired() }
      throw cause
    }
  }

  private func endingCause() -> CommandError.Cause {
    guard endsByItself() else { return .answer("it closed its standard output and went on") }
    kill()
    switch ending {
    case .killed(let signal): return .killed(signal: signal)
    case .exited(let status): return .exited(status)
    case nil: return .exited(0)
    }
  }

  /// Waits until the thread is woken, and passes standard error on meanwhile.
  func waitIdle() {
    while !isSpent {
      let ready = wait(writes: false, seconds: nil)
      if ready.output { readOutOfTurn() }
      if ready.wake { return }
    }
  }

  /// Nothing was asked for: the program ended, or it talks out of turn, and its next answer could not be told from that.
  private func readOutOfTurn() {
    var bytes: [UInt8] = []
    if case .bytes(let count) = CommandStreams.read(child.output, into: &bytes) {
      lines.log("\(options.program) wrote \(count) bytes to standard output between two batches, and is started anew")
    }
    isSpent = true
  }

  /// Tells the program by the end of its input that no more comes, gives it a moment, and ends it.
  func finish() {
    if ending == nil {
      closeInput()
      _ = endsByItself()
    }
    kill()
  }

  private func closeInput() {
    if inputIsOpen { close(child.input) }
    inputIsOpen = false
  }

  /// Whether the program ends within the grace; its standard error is read so that it can.
  private func endsByItself() -> Bool {
    let deadline = ContinuousClock.now + .seconds(Self.grace)
    repeat {
      readErrors()
      if child.ended(within: 0.02) { return true }
    } while ContinuousClock.now < deadline
    return false
  }

  private func kill() {
    guard ending == nil else { return }
    ending = child.kill()
    isSpent = true
    readErrors()
    lines.finish()
  }

  /// Reads what standard error holds, at most 4 MiB at a time: more than a pipe keeps.
  private func readErrors() {
    for _ in 0..<64 where errorsAreOpen {
      var bytes: [UInt8] = []
      let reading = CommandStreams.read(child.errors, into: &bytes)
      lines.add(bytes)
      if reading == .end { errorsAreOpen = false }
      if case .bytes = reading { continue }
      return
    }
  }
}
