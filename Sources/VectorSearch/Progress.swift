import Synchronization

/// Counts finished parts of a whole, from any thread, and tells the share done.
final class Progress: Sendable {
  private let total: Int
  private let done = Mutex(0)
  private let report: (@Sendable (Double) -> Void)?

  init(of total: Int, report: (@Sendable (Double) -> Void)?) {
    self.total = total
    self.report = report
  }

  func advance() {
    // Reported inside the lock, so that the share never falls.
    done.withLock {
      $0 += 1
      report?(Double($0) / Double(total))
    }
  }
}
