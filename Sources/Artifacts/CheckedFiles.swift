import Glibc
import Synchronization
import SystemPackage

/// The files that a process has digested, while it wrote them or when it first read them: a run hashes each of them once.
///
/// They are known by inode, so that a second name is the same file, and forgotten when size or time of change is another.
final class CheckedFiles: Sendable {
  private struct Inode: Hashable {
    var device: UInt64
    var number: UInt64
  }

  private struct Content: Equatable {
    var size: Int
    var seconds: Int
    var nanoseconds: Int
    var digest: Digest
  }

  private let contents = Mutex<[Inode: Content]>([:])

  /// Whether what lies at the path was seen to have this digest, and has not changed since.
  func holds(_ path: FilePath, _ file: CommittedFile) -> Bool {
    guard let (inode, content) = Self.look(path, file) else { return false }
    return contents.withLock { $0[inode] == content }
  }

  func note(_ path: FilePath, _ file: CommittedFile) {
    guard let (inode, content) = Self.look(path, file) else { return }
    contents.withLock { $0[inode] = content }
  }

  /// Nil if there is no such file, or it has another size.
  private static func look(_ path: FilePath, _ file: CommittedFile) -> (Inode, Content)? {
    var status = stat()
    guard path.withPlatformString({ stat($0, &status) }) == 0, Int(status.st_size) == file.size else { return nil }
    let content = Content(
      size: file.size, seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec, digest: file.digest)
    return (Inode(device: UInt64(status.st_dev), number: UInt64(status.st_ino)), content)
  }
}
