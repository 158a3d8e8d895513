import CFileSystem
import Glibc
public import SystemPackage

extension SystemDisk: FolderDisk {
  public func kind(of path: FilePath) -> Bool? {
    var status = stat()
    guard path.withPlatformString({ lstat($0, &status) }) == 0 else { return nil }
    return status.st_mode & S_IFMT == S_IFDIR
  }

  public func moveToNew(_ folder: FilePath, to target: FilePath) throws(DiskError) {
    try move(folder, target, by: vm_rename_to_new)
  }

  public func exchange(_ folder: FilePath, with target: FilePath) throws(DiskError) {
    try move(folder, target, by: vm_rename_exchange)
  }

  private func move(
    _ folder: FilePath, _ target: FilePath, by rename: (UnsafePointer<CChar>?, UnsafePointer<CChar>?) -> Int32
  ) throws(DiskError) {
    let status = folder.withPlatformString { from in target.withPlatformString { to in rename(from, to) } }
    guard status == 0 else { throw DiskError(.rename, target, Errno(rawValue: errno)) }
  }

  public func removeFolder(_ path: FilePath) throws(DiskError) {
    guard path.withPlatformString({ rmdir($0) }) != 0 else { return }
    let failure = Errno(rawValue: errno)
    if failure != .noSuchFileOrDirectory { throw DiskError(.remove, path, failure) }
  }

  public func resolvedFolder(of path: FilePath) throws(DiskError) -> FilePath { try path.resolvedFolder() }

  public func hold(_ folder: FilePath) -> (any Sendable)? { FolderLock(folder) }
}

/// A kernel lock on a folder: whoever assembles something in it holds it, and it ends with its holder however that
/// dies.
private final class FolderLock: Sendable {
  private let descriptor: Int32

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
