import Glibc
import SystemPackage

/// A kernel lock on a folder: whoever assembles something in it holds it, and it ends with its holder however that
/// dies.
final class FolderLock: Sendable {
  private let descriptor: Int32

  /// Nil if the folder is gone or another holds it.
  init?(_ path: FilePath) {
    let descriptor = path.withPlatformString { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW) }
    guard descriptor >= 0 else { return nil }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      return nil
    }
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }
}
