internal import Synchronization
internal import Tensors

/// One batch on its way through the pool, answered once.
final class CommandJob: Sendable {
  let request: [UInt8]
  /// How an error names the records.
  let names: [String]
  var count: Int { names.count }

  private struct State {
    var continuation: CheckedContinuation<Matrix, any Error>?
    var isCancelled = false
  }
  private let state = Mutex(State())

  init(_ entries: [(name: String, bytes: [UInt8])]) {
    request = CommandFrame.request(entries)
    names = entries.enumerated().map { $1.name.isEmpty ? "text \($0) of the batch" : $1.name }
  }

  var isCancelled: Bool { state.withLock { $0.isCancelled } }

  func setCancelled() { state.withLock { $0.isCancelled = true } }

  func wait(on continuation: CheckedContinuation<Matrix, any Error>) {
    state.withLock { $0.continuation = continuation }
  }

  func answer(_ result: Result<Matrix, any Error>) {
    let continuation = state.withLock { state in
      defer { state.continuation = nil }
      return state.continuation
    }
    continuation?.resume(with: result)
  }
}
