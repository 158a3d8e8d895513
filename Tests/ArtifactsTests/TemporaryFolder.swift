import Artifacts
import Foundation
import SystemPackage

/// A folder of a test's own, removed when the test ends.
final class TemporaryFolder: Sendable {
  let path: FilePath

  init() throws {
    path = FilePath(NSTemporaryDirectory()).appending("vecmill-test-\(UUID().uuidString)")
    try SystemDisk().makeFolder(path)
  }

  deinit { try? FileManager.default.removeItem(atPath: path.string) }
}
