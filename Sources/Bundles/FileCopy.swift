import Artifacts
import CFileSystem
import Glibc
import SystemPackage

/// Copies files into a folder that is not yet anybody's, blocks shared where the file system can.
enum FileCopy {
  /// Makes the target, which must not exist, and syncs it; its folder is not synced.
  static func copy(_ source: FilePath, to target: FilePath) throws(DiskError) {
    let from = source.withPlatformString { open($0, O_RDONLY | O_CLOEXEC) }
    guard from >= 0 else { throw DiskError(.open, source, Errno(rawValue: errno)) }
    defer { close(from) }
    let to = target.withPlatformString { open($0, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666) }
    guard to >= 0 else { throw DiskError(.create, target, Errno(rawValue: errno)) }
    let status = vm_copy_file(from, to)
    let failure = Errno(rawValue: errno)
    let synced = status == 0 ? fsync(to) : 0
    let syncFailure = Errno(rawValue: errno)
    let closed = close(to)
    guard status == 0 else { throw DiskError(.write, target, failure) }
    guard synced == 0 else { throw DiskError(.sync, target, syncFailure) }
    guard closed == 0 else { throw DiskError(.write, target, Errno(rawValue: errno)) }
  }
}
