import Synchronization

/// Bounds how many threads and bytes the running jobs take together.
///
/// Who waits is let in by priority, then by order of arrival; later stages have the higher priority, so that what flows through a
/// pipeline is finished before more is begun. A job larger than the whole gate gets in when it is alone.
///
/// Nobody is resumed while the state is locked: resuming a task takes the lock on its status, and whoever cancels a task holds that
/// lock when it comes here. The two together stood still for ever.
package final class JobGate: Sendable {
  private struct Waiter {
    let id: Int
    let priority: Int
    let threads: Int
    let memory: Int
    let continuation: CheckedContinuation<Void, any Error>
  }

  private struct State {
    var threads = 0
    var memory = 0
    var running = 0
    var nextID = 0
    var waiters: [Waiter] = []
  }

  package let threads: Int
  package let memory: Int
  private let state = Mutex(State())

  package init(threads: Int, memory: Int) {
    self.threads = threads
    self.memory = memory
  }

  /// Runs the work as soon as there is room for it.
  package func admit<R: Sendable>(
    threads: Int, memory: Int, priority: Int, _ work: @Sendable () async throws -> R
  ) async throws -> R {
    let threads = min(threads, self.threads)
    try await enter(threads: threads, memory: memory, priority: priority)
    defer { leave(threads: threads, memory: memory) }
    return try await work()
  }

  private func enter(threads: Int, memory: Int, priority: Int) async throws {
    let id = state.withLock { state -> Int in
      state.nextID += 1
      return state.nextID
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
        let waiter = Waiter(id: id, priority: priority, threads: threads, memory: memory, continuation: continuation)
        let admitted = state.withLock { state -> [Waiter]? in
          if Task.isCancelled { return nil }
          let place =
            state.waiters.firstIndex { ($0.priority, -$0.id) < (priority, -id) } ?? state.waiters.count
          state.waiters.insert(waiter, at: place)
          return letIn(&state)
        }
        guard let admitted else { return continuation.resume(throwing: CancellationError()) }
        for waiter in admitted { waiter.continuation.resume() }
      }
    } onCancel: {
      let (cancelled, admitted) = state.withLock { state -> (Waiter?, [Waiter]) in
        guard let place = state.waiters.firstIndex(where: { $0.id == id }) else { return (nil, []) }
        // It may have been too large to go in, and those behind it are not.
        return (state.waiters.remove(at: place), letIn(&state))
      }
      cancelled?.continuation.resume(throwing: CancellationError())
      for waiter in admitted { waiter.continuation.resume() }
    }
  }

  private func leave(threads: Int, memory: Int) {
    let admitted = state.withLock { state in
      state.threads -= threads
      state.memory -= memory
      state.running -= 1
      return letIn(&state)
    }
    for waiter in admitted { waiter.continuation.resume() }
  }

  /// Jobs that are in, and jobs that wait.
  package var running: Int { state.withLock(\.running) }
  package var waiting: Int { state.withLock(\.waiters.count) }
  package var isIdle: Bool {
    state.withLock { $0.running == 0 && $0.threads == 0 && $0.memory == 0 && $0.waiters.isEmpty }
  }

  /// Takes off the waiters who are now in, for the caller to resume when the lock is free. Strictly in order: a large job at the head
  /// is not overtaken, or it would wait for ever.
  private func letIn(_ state: inout State) -> [Waiter] {
    var admitted: [Waiter] = []
    while let first = state.waiters.first,
      state.running == 0
        || (state.threads + first.threads <= threads && state.memory + first.memory <= memory)
    {
      state.waiters.removeFirst()
      state.threads += first.threads
      state.memory += first.memory
      state.running += 1
      admitted.append(first)
    }
    return admitted
  }
}
