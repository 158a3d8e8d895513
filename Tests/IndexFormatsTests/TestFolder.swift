import Foundation
import SystemPackage

/// A temporary folder that goes with its owner.
final class TestFolder: Sendable {
  let path: FilePath

  init() throws {
    path = FilePath(NSTemporaryDirectory()).appending("vecmill-\(UUID().uuidString)")
    try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path.string) }

  func folder(_ name: String) throws -> FilePath {
    let folder = path.appending(name)
    try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
    return folder
  }

  /// Every file below, by its relative name.
  static func contents(of folder: FilePath) throws -> [String: [UInt8]] {
    var contents: [String: [UInt8]] = [:]
    for name in FileManager.default.enumerator(atPath: folder.string)! {
      let path = folder.appending(name as! String).string
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else { continue }
      contents[name as! String] = [UInt8](try Data(contentsOf: URL(filePath: path)))
    }
    return contents
  }

  static func bytes(_ path: FilePath) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(filePath: path.string))) }
}
