import Artifacts
import FoundationEssentials
import Glibc
import SystemPackage

/// A folder that goes away with its last reference.
final class TemporaryFolder: Sendable {
  let path: FilePath

  init() throws {
    path = FilePath(FileManager.default.temporaryDirectory.path).appending("reports-\(UInt64.random(in: 0...UInt64.max))")
    try SystemDisk().makeFolder(path)
  }

  deinit { try? FileManager.default.removeItem(atPath: path.string) }

  func write(_ text: String, _ name: String) throws {
    try DurableFile.commit(Array(text.utf8), at: path.appending(name))
  }

  func read(_ name: String) throws -> String { String(decoding: try SystemDisk().read(path.appending(name)), as: UTF8.self) }

  /// What a command in the folder prints.
  func shell(_ command: String) -> String {
    let output = "\(path)/.output"
    _ = system("cd '\(path)' && (\(command)) > '\(output)' 2>&1")
    return (try? read(".output")) ?? ""
  }
}
