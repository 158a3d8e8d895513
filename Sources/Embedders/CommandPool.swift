internal import Foundation
internal import Synchronization

/// The processes of a command embedder: one thread a process, and a queue of batches before them.
///
/// The threads are the pool's own: they block in `poll` for as long as a program computes, and the few threads of Swift's
/// concurrency must never wait. What awaits a batch holds no thread.
final class CommandPool: Sendable {
  private struct State {
    var queue: [CommandJob] = []
    var idle: [CommandWorker] = []
    var started: [CommandWorker] = []
    var running = 0
    var isClosed = false
    var closers: [CheckedContinuation<Void, Never>] = []
  }

  enum Next {
    case job(CommandJob)
    case wait
    case finish
  }

  let options: CommandOptions
  let path: String
  let log: @Sendable (String) -> Void
  private let width: Int
  private let state = Mutex(State())

  init(_ options: CommandOptions, path: String, width: Int, log: @escaping @Sendable (String) -> Void) {
    self.options = options
    self.path = path
    self.width = max(width, 1)
    self.log = log
  }

  /// Puts a batch in the queue, and wakes or starts a worker for it.
  func submit(_ job: CommandJob) {
    let refusal: (any Error)? = state.withLock { state in
      if job.isCancelled { return CancellationError() }
      if state.isClosed { return CommandError.closed }
      state.queue.append(job)
      if let worker = state.idle.popLast() {
        worker.wake.signal()
      } else if state.started.count < width {
        do { try start(&state) } catch {
          state.queue.removeLast()
          return error
        }
      }
      return nil
    }
    if let refusal { job.answer(.failure(refusal)) }
  }

  private func start(_ state: inout State) throws {
    let worker = CommandWorker(pool: self, wake: try CommandWake())
    state.started.append(worker)
    state.running += 1
    Thread.detachNewThread { worker.run() }
  }

  /// Takes a batch out of the queue, or stops the worker that has it.
  func cancel(_ job: CommandJob) {
    job.setCancelled()
    let wasQueued = state.withLock { state in
      let place = state.queue.firstIndex { $0 === job }
      if let place { state.queue.remove(at: place) }
      // The worker that has the batch looks whether it is meant; to the others it means nothing.
      if place == nil { for worker in state.started { worker.wake.signal() } }
      return place != nil
    }
    if wasQueued { job.answer(.failure(CancellationError())) }
  }

  /// What a worker does next; one that is told to wait is woken for the next batch.
  func next(for worker: CommandWorker) -> Next {
    state.withLock { state in
      if !state.queue.isEmpty {
        state.idle.removeAll { $0 === worker }
        return .job(state.queue.removeFirst())
      }
      if state.isClosed { return .finish }
      if !state.idle.contains(where: { $0 === worker }) { state.idle.append(worker) }
      return .wait
    }
  }

  /// A worker's last word.
  func hasEnded() {
    let closers: [CheckedContinuation<Void, Never>] = state.withLock { state in
      state.running -= 1
      guard state.running == 0 else { return [] }
      defer { (state.closers, state.started, state.idle) = ([], [], []) }
      return state.closers
    }
    for closer in closers { closer.resume() }
  }

  /// Takes no more batches, and ends the processes once the queue is empty.
  func close() {
    state.withLock { state in
      state.isClosed = true
      for worker in state.started { worker.wake.signal() }
    }
  }

  /// Waits until the last process has ended.
  func ended() async {
    await withCheckedContinuation { continuation in
      let isOver = state.withLock { state in
        if state.running > 0 { state.closers.append(continuation) }
        return state.running == 0
      }
      if isOver { continuation.resume() }
    }
  }
}
