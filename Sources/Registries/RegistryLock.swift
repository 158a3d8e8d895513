import Artifacts
import Glibc
import SystemPackage

/// Keeps the changes of a name to one process at a time; readers need none.
///
/// The lock is the kernel's (`flock`), so it ends with its holder however that dies; the file's text only tells who it is.
final class RegistryLock: Sendable {
  private let descriptor: Int32

  /// Takes the lock or tells who has it; never waits.
  ///
  /// - Throws: `RegistryError` with the code `taken`; `DiskError` if the file cannot be made.
  init(_ folder: RegistryFolder) throws {
    let path = folder.lockPath
    let descriptor = path.withPlatformString { open($0, O_RDWR | O_CREAT | O_CLOEXEC, 0o666) }
    guard descriptor >= 0 else { throw DiskError(.lock, path, Errno(rawValue: errno)) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let failure = Errno(rawValue: errno)
      defer { close(descriptor) }
      guard failure == .wouldBlock else { throw DiskError(.lock, path, failure) }
      let text = (try? SystemDisk().read(path)).map { String(decoding: $0, as: UTF8.self).filter(\.isNumber) } ?? ""
      let holder = text.isEmpty ? "another process" : "process \(text)"
      throw RegistryError(.taken, folder.name, "\(holder) is changing it; try again when that has ended")
    }
    let text = Array("\(getpid())\n".utf8)
    ftruncate(descriptor, 0)
    pwrite(descriptor, text, text.count, 0)
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }
}
