import Dispatch
import Synchronization

/// Calls something again and again, on a thread of its own, until it is stopped.
package final class Ticker: Sendable {
  private let queue: DispatchQueue
  private let interval: Double
  private let action: @Sendable () -> Void
  private let isStopped = Mutex(false)

  /// - Parameter interval: seconds from the end of one call to the next.
  package init(_ label: String, every interval: Double, _ action: @escaping @Sendable () -> Void) {
    queue = DispatchQueue(label: label)
    self.interval = interval
    self.action = action
  }

  package func start() {
    queue.asyncAfter(deadline: .now() + interval) { [weak self] in
      guard let self, !self.isStopped.withLock({ $0 }) else { return }
      self.action()
      self.start()
    }
  }

  /// No call begins after this.
  package func stop() { isStopped.withLock { $0 = true } }
}
