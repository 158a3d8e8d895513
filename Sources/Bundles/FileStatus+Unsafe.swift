import Artifacts
import Glibc
import SystemPackage

/// What the file system says of a path.
struct FileStatus: Equatable {
  let isFolder: Bool
  /// Bytes.
  let size: Int
  /// The two numbers that make a file the same.
  private let device: UInt64
  private let node: UInt64

  /// Of what the path leads to, links followed.
  init(of path: FilePath) throws(DiskError) {
    var buffer = [stat()]
    let result = path.withPlatformString { stat($0, &buffer) }
    guard result == 0 else { throw DiskError(.inspect, path, Errno(rawValue: errno)) }
    self.init(buffer[0])
  }

  /// Of what has the path itself, a link not followed; nil if nothing has.
  init?(ofLink path: FilePath) {
    var buffer = [stat()]
    let result = path.withPlatformString { lstat($0, &buffer) }
    guard result == 0 else { return nil }
    self.init(buffer[0])
  }

  /// Of an open file.
  init?(ofDescriptor descriptor: Int32) {
    var buffer = [stat()]
    guard fstat(descriptor, &buffer) == 0 else { return nil }
    self.init(buffer[0])
  }

  private init(_ status: stat) {
    isFolder = status.st_mode & S_IFMT == S_IFDIR
    size = Int(status.st_size)
    device = UInt64(status.st_dev)
    node = UInt64(status.st_ino)
  }

  func isSame(as other: FileStatus) -> Bool { device == other.device && node == other.node }
}
