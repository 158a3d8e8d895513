import Synchronization

/// Bounds how many threads and bytes the running jobs take together.
///
/// Who waits is let in by priority, then by order of arrival; later stages have the higher priority, so that what flows through a
/// pipeline is finished before more is begun. A job larger than the whole gate gets in when it is alone.
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
        change { state in
          if Task.isCancelled { return [Entry(continuation: continuation, isCancelled: true)] }
          let place =
            state.waiters.firstIndex { ($0.priority, -$0.id) < (priority, -id) } ?? state.waiters.count
          state.waiters.insert(waiter, at: place)
          return []
        }
      }
    } onCancel: {
      change { state in
        guard let place = state.waiters.firstIndex(where: { $0.id == id }) else { return [] }
        // It may have been too large to go in, and those behind it are not.
        return [Entry(continuation: state.waiters.remove(at: place).continuation, isCancelled: true)]
      }
    }
  }

  private func leave(threads: Int, memory: Int) {
    change { state in
      state.threads -= threads
      state.memory -= memory
      state.running -= 1
      return []
    }
  }

  /// A waiter that goes on.
  private struct Entry {
    let continuation: CheckedContinuation<Void, any Error>
    var isCancelled = false

    func resume() { if isCancelled { continuation.resume(throwing: CancellationError()) } else { continuation.resume() } }
  }

  /// Changes the state and lets in who fits now.
  ///
  /// Waiters are resumed when the lock is free again: a resumption takes the lock of its task's status, under which a cancellation
  /// calls `onCancel`, which takes this one. Each holding its own and waiting for the other was seen.
  private func change(_ body: (inout State) -> [Entry]) {
    let entries = state.withLock { state in
      let first = body(&state)
      return first + letIn(&state)
    }
    for entry in entries { entry.resume() }
  }

  /// Jobs that are in, and jobs that wait.
  package var running: Int { state.withLock(\.running) }
  package var waiting: Int { state.withLock(\.waiters.count) }
  package var isIdle: Bool {
    state.withLock { $0.running == 0 && $0.threads == 0 && $0.memory == 0 && $0.waiters.isEmpty }
  }

  /// Strictly in order: a large job at the head is not overtaken, or it would wait for ever.
  private func letIn(_ state: inout State) -> [Entry] {
    var entries: [Entry] = []
    while let first = state.waiters.first,
      state.running == 0
        || (state.threads + first.threads <= threads && state.memory + first.memory <= memory)
    {
      state.waiters.removeFirst()
      state.threads += first.threads
      state.memory += first.memory
      state.running += 1
      entries.append(Entry(continuation: first.continuation))
    }
    return entries
  }
}
