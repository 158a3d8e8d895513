import Foundation

/// The built binary, run from outside as a person or cron would run it.
struct Program {
  /// What a process left.
  struct Ending {
    var status: Int32
    var out: String
    var err: String
    var seconds: Double

    /// Standard output as JSON; an empty object if it is none.
    var json: [String: Any] { (try? JSONSerialization.jsonObject(with: Data(out.utf8))) as? [String: Any] ?? [:] }
  }

  /// It lies beside the test bundle.
  static let path = FileManager.default.destinationOfSymbolicLink("/proc/self/exe").deletingLastPathComponent().appending(
    path: "vecmill"
  ).path
  /// The package's root: the tests read its fixtures.
  static let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static func fixture(_ name: String) -> String { package.appending(path: "fixtures").appending(path: name).path }

  let process = Process()
  private let folder: URL
  private let started = ContinuousClock.now

  /// Starts a program in a folder; its output goes to files, so that no full pipe holds it up.
  init(_ arguments: [String], in sandbox: Sandbox, executable: String = Program.path, environment: [String: String] = [:]) throws
  {
    folder = sandbox.url.appending(path: "output-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    process.executableURL = URL(filePath: executable)
    process.arguments = arguments
    process.currentDirectoryURL = sandbox.url
    process.environment = Self.environment.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try Self.file(folder, "out")
    process.standardError = try Self.file(folder, "err")
    try process.run()
  }

  private static let passedOn: Set = ["LLVM_PROFILE_FILE", "ASAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS", "SWIFT_BACKTRACE"]

  /// Coverage of the binary counts where coverage is measured; sanitizers hold what they hold the tests to.
  private static let environment = ["PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"].merging(
    ProcessInfo.processInfo.environment.filter { passedOn.contains($0.key) }
  ) { $1 }

  private static func file(_ folder: URL, _ name: String) throws -> FileHandle {
    let path = folder.appending(path: name)
    _ = FileManager.default.createFile(atPath: path.path, contents: nil)
    return try FileHandle(forWritingTo: path)
  }

  /// Waits for its end.
  func ended() -> Ending {
    process.waitUntilExit()
    // A process that a signal killed has no status of its own; a shell would say this.
    let status = process.terminationReason == .uncaughtSignal ? 128 + process.terminationStatus : process.terminationStatus
    return Ending(status: status, out: text("out"), err: text("err"), seconds: started.duration(to: .now) / .seconds(1))
  }

  private func text(_ name: String) -> String {
    String(decoding: (try? Data(contentsOf: folder.appending(path: name))) ?? Data(), as: UTF8.self)
  }
}

extension FileManager {
  fileprivate func destinationOfSymbolicLink(_ path: String) -> URL {
    URL(filePath: (try? destinationOfSymbolicLink(atPath: path)) ?? path)
  }
}
