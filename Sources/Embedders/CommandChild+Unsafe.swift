internal import Foundation
internal import Synchronization

/// A running program with pipes on its three standard streams, in a process group of its own.
///
/// `posix_spawn` rather than Foundation's Process, which has no process groups and is bound to run loops.
struct CommandChild {
  let pid: pid_t
  /// Our ends of the pipes; they do not block and are not inherited.
  let input: Int32
  let output: Int32
  let errors: Int32

  /// Held while a child is started, and while a pipe is made that it must not inherit. Starting is a matter of the whole
  /// process, and so is this lock; it guards no state.
  static let spawning = Mutex(())

  /// Starts a program.
  ///
  /// - Throws: `CommandError.program`
  static func spawn(_ path: String, _ arguments: [String]) throws -> CommandChild {
    var opened: [Int32] = []
    do {
      let input = try pipe(&opened, path)
      let output = try pipe(&opened, path)
      let errors = try pipe(&opened, path)
      let pid = try start(path, arguments, input.read, output.write, errors.write)
      for end in [input.read, output.write, errors.write] { close(end) }
      for end in [input.write, output.read, errors.read] { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
      return CommandChild(pid: pid, input: input.write, output: output.read, errors: errors.read)
    } catch {
      for end in opened { close(end) }
      throw error
    }
  }

  /// Both ends are beyond the standard streams, onto which one of them will be laid.
  private static func pipe(_ opened: inout [Int32], _ path: String) throws -> (read: Int32, write: Int32) {
    guard let ends = CommandStreams.pipe() else { throw failure(path, errno) }
    opened += [ends.read, ends.write]
    return ends
  }

  private static func start(
    _ path: String, _ arguments: [String], _ input: Int32, _ output: Int32, _ errors: Int32
  ) throws -> pid_t {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #else
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (end, stream) in [(input, 0), (output, 1), (errors, 2)] as [(Int32, Int32)] {
      posix_spawn_file_actions_adddup2(&actions, end, stream)
    }
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    for signal in [SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2] { sigaddset(&signals, signal) }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setpgroup(&attributes, 0)
    let flags = Int32(POSIX_SPAWN_SETPGROUP) | Int32(POSIX_SPAWN_SETSIGMASK) | Int32(POSIX_SPAWN_SETSIGDEF)
    posix_spawnattr_setflags(&attributes, Int16(truncatingIfNeeded: flags))
    var pid: pid_t = 0
    let environment = ProcessInfo.processInfo.environment.map { "\($0.key)=\($0.value)" }
    let code = withCStrings([path] + arguments) { argv in
      withCStrings(environment) { envp in
        spawning.withLock { _ in posix_spawn(&pid, path, &actions, &attributes, argv, envp) }
      }
    }
    guard code == 0 else { throw failure(path, code) }
    return pid
  }

  private static func withCStrings<Result>(
    _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
  ) -> Result {
    var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) }
    pointers.append(nil)
    defer { for pointer in pointers { free(pointer) } }
    return body(pointers)
  }

  private static func failure(_ path: String, _ code: Int32) -> CommandError {
    .program(path, reason: "cannot be started: \(String(cString: strerror(code)))")
  }
}
