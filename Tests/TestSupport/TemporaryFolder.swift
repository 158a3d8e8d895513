import Foundation
package import SystemPackage

/// A folder of a test's own that goes away with its last reference.
package final class TemporaryFolder: Sendable {
  package let path: FilePath

  package init() throws {
    path = FilePath(NSTemporaryDirectory()).appending("vecmill-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path.string) }

  /// Makes a folder in it.
  package func folder(_ name: String) throws -> FilePath {
    let folder = path.appending(name)
    try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
    return folder
  }

  /// Writes a file, and the folders above it; gives its path.
  @discardableResult
  package func write(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
    let file = path.pushing(FilePath(name))
    try FileManager.default.createDirectory(
      atPath: file.removingLastComponent().string, withIntermediateDirectories: true)
    try Data(bytes).write(to: URL(fileURLWithPath: file.string))
    return file.string
  }

  /// What a command in the folder prints.
  package func shell(_ command: String) -> String {
    (try? Peer.run("sh", "-c", "cd '\(path)' && (\(command))").output) ?? ""
  }

  package func text(_ name: String) throws -> String { String(decoding: try Self.bytes(path.appending(name)), as: UTF8.self) }

  package static func bytes(_ path: FilePath) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(filePath: path.string))) }

  /// Every file below a folder, by its relative name.
  package static func contents(of folder: FilePath) throws -> [String: [UInt8]] {
    var contents: [String: [UInt8]] = [:]
    for case let name as String in FileManager.default.enumerator(atPath: folder.string)! {
      let path = folder.appending(name)
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path.string, isDirectory: &isFolder), !isFolder.boolValue else { continue }
      contents[name] = try bytes(path)
    }
    return contents
  }
}
