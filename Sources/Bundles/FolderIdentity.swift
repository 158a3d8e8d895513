import Glibc
import SystemPackage

/// A folder held open, to tell later whether its path still means the same folder.
///
/// As long as it is held, the kernel gives its number to no other folder.
final class FolderIdentity: Sendable {
  private let descriptor: Int32
  private let path: FilePath

  /// Nil if there is no such folder.
  init?(_ path: FilePath) {
    let descriptor = path.withPlatformString { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    guard descriptor >= 0 else { return nil }
    self.descriptor = descriptor
    self.path = path
  }

  deinit { close(descriptor) }

  var isCurrent: Bool {
    guard let held = FileStatus(ofDescriptor: descriptor), let named = try? FileStatus(of: path) else { return false }
    return held.isSame(as: named)
  }
}
