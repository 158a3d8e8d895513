import CSpawn
import FoundationEssentials
import Glibc
import SystemPackage

/// A shell command that a person wants to run after a promotion.
enum HookProcess {
  /// Seconds that a command may take.
  static let limit = 600.0

  /// Runs it to its end; what it prints goes to standard error.
  ///
  /// - Returns: what went wrong; nil if it ended with 0.
  static func run(_ command: String, environment: [String: String]) -> String? {
    let all = ProcessInfo.processInfo.environment.merging(environment) { $1 }.map { "\($0.key)=\($0.value)" }
    let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
    guard null >= 0 else { return "/dev/null cannot be opened: \(Errno(rawValue: errno))" }
    defer { close(null) }
    var child: pid_t = 0
    let failure = withStrings(["/bin/sh", "-c", command]) { arguments in
      withStrings(all) { vm_spawn(&child, "/bin/sh", arguments, $0, null, STDERR_FILENO, STDERR_FILENO) }
    }
    guard failure == 0 else { return "the command \(command) cannot be started: \(Errno(rawValue: failure))" }
    return wait(for: child, command)
  }

  private static func wait(for child: pid_t, _ command: String) -> String? {
    let start = ContinuousClock.now
    var status: Int32 = 0
    while true {
      let ended = waitpid(child, &status, WNOHANG)
      if ended == child { break }
      if ended < 0 && errno != EINTR { return "the command \(command) was lost: \(Errno(rawValue: errno))" }
      if start.duration(to: .now) > .seconds(limit) {
        kill(-child, SIGKILL)
        waitpid(child, &status, 0)
        return "the command \(command) did not end within \(Int(limit)) s and was killed"
      }
      usleep(5_000)
    }
    let signal = status & 0x7f
    if signal != 0 { return "the command \(command) was killed by signal \(signal)" }
    let code = (status >> 8) & 0xff
    return code == 0 ? nil : "the command \(command) ended with \(code)"
  }

  private static func withStrings<R>(_ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> R) -> R {
    let pointers = texts.map { strdup($0) }
    defer { for pointer in pointers { free(pointer) } }
    return body(pointers + [nil])
  }
}
