internal import CSpawn
internal import Foundation

/// A running program with pipes on its three standard streams, in a process group of its own.
///
/// `posix_spawn` rather than Foundation's Process, which has no process groups and is bound to run loops.
struct CommandChild {
  let pid: pid_t
  /// Our ends of the pipes; they do not block and are not inherited.
  let input: Int32
  let output: Int32
  let errors: Int32

  /// Starts a program.
  ///
  /// - Throws: `CommandError.program`
  static func spawn(_ path: String, _ arguments: [String]) throws -> CommandChild {
    var opened: [Int32] = []
    do {
      let input = try pipe(&opened, path)
      let output = try pipe(&opened, path)
      let errors = try pipe(&opened, path)
      let environment = ProcessInfo.processInfo.environment.map { "\($0.key)=\($0.value)" }
      var pid: pid_t = 0
      let code = withCStrings([path] + arguments) { argv in
        withCStrings(environment) { envp in
          vm_spawn(&pid, path, argv, envp, input.read, output.write, errors.write)
        }
      }
      guard code == 0 else { throw failure(path, code) }
      for end in [input.read, output.write, errors.write] { close(end) }
      for end in [input.write, output.read, errors.read] { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
      return CommandChild(pid: pid, input: input.write, output: output.read, errors: errors.read)
    } catch {
      for end in opened { close(end) }
      throw error
    }
  }

  private static func pipe(_ opened: inout [Int32], _ path: String) throws -> (read: Int32, write: Int32) {
    var ends: [Int32] = [-1, -1]
    let code = vm_pipe(&ends)
    guard code == 0 else { throw failure(path, code) }
    opened += ends
    return (ends[0], ends[1])
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
