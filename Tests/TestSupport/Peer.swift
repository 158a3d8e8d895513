import Foundation

/// Programs of others that judge our files, where the machine has them.
package enum Peer {
  /// A Python that has these modules: `VECMILL_PYTHON`, else python3; nil, with a word on it, if there is none.
  package static func python(with modules: String) -> String? {
    let program = ProcessInfo.processInfo.environment["VECMILL_PYTHON"] ?? "python3"
    if let result = try? run(program, "-c", "import \(modules)"), result.status == 0 { return program }
    print("skipped: no Python with \(modules); VECMILL_PYTHON can name one")
    return nil
  }

  /// A checker of the shared oracles.
  package static func oracle(_ name: String) -> String? {
    if let path = Places.shared.map({ $0 + "/oracles/" + name }), FileManager.default.fileExists(atPath: path) { return path }
    print("skipped: \(name) of the shared oracles is not here")
    return nil
  }

  package static func run(_ program: String, _ arguments: String..., input: String = "") throws -> (status: Int32, output: String)
  {
    try run(program, arguments, input: input)
  }

  /// What a program prints, its errors among it.
  package static func run(
    _ program: String, _ arguments: [String], input: String = ""
  ) throws -> (status: Int32, output: String) {
    // A file, because a pipe that nobody empties would hold both up.
    let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try input.write(to: file, atomically: false, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: file) }
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [program] + arguments
    process.standardInput = try FileHandle(forReadingFrom: file)
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }
}
