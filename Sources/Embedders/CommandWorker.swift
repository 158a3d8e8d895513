/// One thread of the pool, and the process that it talks to.
final class CommandWorker: Sendable {
  private let pool: CommandPool
  let wake: CommandWake

  init(pool: CommandPool, wake: CommandWake) {
    self.pool = pool
    self.wake = wake
  }

  /// Answers batches until the pool is closed. The process is started for the first, and anew after a failure.
  func run() {
    CommandStreams.blockBrokenPipeSignal()
    var process: CommandProcess?
    working: while true {
      switch pool.next(for: self) {
      case .finish: break working
      case .wait: waitIdle(process)
      case .job(let job): answer(job, &process)
      }
      if process?.isSpent == true { process = nil }
    }
    process?.finish()
    process = nil
    pool.hasEnded()
  }

  private func waitIdle(_ process: CommandProcess?) {
    if let process { return process.waitIdle() }
    _ = CommandStreams.wait([(wake.descriptor, CommandStreams.readable)], seconds: nil)
    wake.clear()
  }

  private func answer(_ job: CommandJob, _ process: inout CommandProcess?) {
    do {
      if job.isCancelled { throw CancellationError() }
      let running =
        try process ?? CommandProcess(pool.options, path: pool.path, wake: wake, log: pool.log)
      process = running
      job.answer(.success(try running.exchange(job)))
    } catch is CommandProcess.Retired {
      process = nil
      answer(job, &process)
    } catch {
      // The program is ended before anybody hears of the failure.
      process = nil
      job.answer(.failure(error))
    }
  }
}
