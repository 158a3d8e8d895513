import Dispatch
import Glibc
import Synchronization

/// Listens for SIGINT, SIGTERM and SIGHUP, and sees to it that the process is gone two seconds after one came.
///
/// The signals are blocked in every thread and taken by one that waits for them, so that nothing has to be done inside a signal
/// handler. Work under way is asked to stop; if it does not within the grace, what can be saved is saved and the process ends. A
/// second signal ends it at once. Without work under way, the first one does.
final class Interruption: Sendable {
  /// What is to be stopped.
  struct Work: Sendable {
    var cancel: @Sendable () -> Void
    /// Saves what can be saved, when the work did not stop in time.
    var abandon: @Sendable (ExitStatus) -> Void
  }

  private struct State {
    var status: ExitStatus?
    var work: Work?
  }

  /// Seconds until the work is abandoned, and until the process ends even if abandoning it takes long.
  private static let grace = 1.2
  private static let limit = 1.7

  private let state = Mutex(State())

  /// Blocks the signals in the calling thread, and so in all that are started from now on, and listens.
  init() {
    let signals = Self.listenedSignals()
    var set = Self.set(of: signals)
    pthread_sigmask(SIG_BLOCK, &set, nil)
    DispatchQueue(label: "vecmill.signals").async { [self] in
      var set = Self.set(of: signals)
      while true {
        var signal: Int32 = 0
        if sigwait(&set, &signal) == 0 { receive(signal) }
      }
    }
  }

  /// How the process has to end because of a signal; nil if none came.
  var status: ExitStatus? { state.withLock { $0.status } }

  /// From now on a signal stops this work instead of the process; nil when it has ended.
  func watch(_ work: Work?) {
    let isLate = state.withLock { state in
      state.work = work
      return state.status != nil
    }
    if isLate { work?.cancel() }
  }

  private func receive(_ signal: Int32) {
    let status: ExitStatus = signal == SIGINT ? .interrupted : .terminated
    let work = state.withLock { state -> Work? in
      // The second signal, or the first with nothing to stop.
      guard state.status == nil, let work = state.work else { _exit((state.status ?? status).rawValue) }
      state.status = status
      return work
    }
    DispatchQueue(label: "vecmill.abandon").asyncAfter(deadline: .now() + Self.grace) {
      work?.abandon(status)
      _exit(status.rawValue)
    }
    DispatchQueue(label: "vecmill.limit").asyncAfter(deadline: .now() + Self.limit) { _exit(status.rawValue) }
    work?.cancel()
  }

  private static func set(of signals: [Int32]) -> sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    for signal in signals { sigaddset(&set, signal) }
    return set
  }
}

/// A signal stopped the work.
struct Interrupted: Error, CustomStringConvertible {
  var status: ExitStatus
  var description: String {
    let signal = status == .interrupted ? "SIGINT" : "SIGTERM or SIGHUP"
    return "stopped by \(signal); what is committed stays, and the next run goes on from there"
  }
}
