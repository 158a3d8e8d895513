internal import Foundation

extension CommandChild {
  enum Ending: Equatable {
    case exited(Int32)
    case killed(signal: Int32)
  }

  /// Waits until the program has ended, at most `seconds`; nil if it has not.
  func ended(within seconds: Double) -> Bool {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while true {
      var information = siginfo_t()
      // The ended process is left to be reaped: until then nobody else can have its number or its group's.
      if waitid(P_PID, id_t(pid), &information, WEXITED | WNOHANG | WNOWAIT) == 0, information.si_signo == SIGCHLD {
        return true
      }
      if ContinuousClock.now >= deadline { return false }
      usleep(2000)
    }
  }

  /// Ends the program and all that it started, and takes its end into account, so that no zombie stays.
  func kill() -> Ending {
    Foundation.kill(-pid, SIGKILL)
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    return status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .killed(signal: status & 0x7F)
  }
}
