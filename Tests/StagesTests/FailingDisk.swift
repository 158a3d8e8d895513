import Artifacts
import Synchronization
import SystemPackage
import TestSupport

/// A disk that fails at the k-th checkpoint, before or after it is in its place, and tells which were committed.
final class FailingDisk: ForwardingDisk {
  private struct State {
    var left: Int?
    var committed: [String] = []
  }

  let real = SystemDisk()
  private let state: Mutex<State>
  /// Whether the checkpoint that fails was renamed already, as when the folder's sync fails.
  private let isLate: Bool

  init(failingAt number: Int? = nil, isLate: Bool = false) {
    state = Mutex(State(left: number))
    self.isLate = isLate
  }

  /// Checkpoints that came into being: `artifact/checkpoint`.
  var committed: [String] { state.withLock(\.committed).sorted() }

  func rename(_ path: FilePath, to target: FilePath) throws(DiskError) {
    guard target.string.hasSuffix(".checkpoint.json") else { return try real.rename(path, to: target) }
    let fails = state.withLock { state in
      guard let left = state.left else { return false }
      state.left = left - 1
      return left == 0
    }
    if fails, !isLate { throw DiskError(.rename, target, .ioError) }
    try real.rename(path, to: target)
    state.withLock { state in
      state.committed.append(target.components.suffix(2).map(\.string).joined(separator: "/"))
    }
    if fails { throw DiskError(.rename, target, .ioError) }
  }

}
