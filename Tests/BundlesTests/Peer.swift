import Foundation
import SystemPackage

/// Programs of others that judge our files, where the machine has them.
enum Peer {
  /// A Python that has these modules: `VECMILL_PYTHON`, else python3; nil, with a word on it, if there is none.
  static func python(with modules: String) -> String? {
    let program = ProcessInfo.processInfo.environment["VECMILL_PYTHON"] ?? "python3"
    if let result = try? run(program, "-c", "import \(modules)"), result.status == 0 { return program }
    print("skipped: no Python with \(modules); VECMILL_PYTHON can name one")
    return nil
  }

  /// A checker of `../shared/oracles` beside the checkout, or below `VECMILL_SHARED`.
  static func oracle(_ name: String) -> String? {
    let beside = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
      .removingLastComponent().appending("shared").string
    let path = (ProcessInfo.processInfo.environment["VECMILL_SHARED"] ?? beside) + "/oracles/" + name
    if FileManager.default.fileExists(atPath: path) { return path }
    print("skipped: \(name) of the shared oracles is not here")
    return nil
  }

  static func run(_ program: String, _ arguments: String...) throws -> (status: Int32, output: String) {
    try run(program, arguments)
  }

  static func run(_ program: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [program] + arguments
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }
}
