import Glibc
import SystemPackage

/// Which folder a path lies in.
enum FolderOf {
  /// Whether a folder is the one in which a file or folder lies or would lie.
  static func same(_ folder: String, as path: String) -> Bool {
    let parent = FilePath(path).removingLastComponent()
    guard let one = identity(folder), let other = identity(parent.isEmpty ? "." : parent.string) else { return false }
    return one == other
  }

  private static func identity(_ path: String) -> [UInt64]? {
    var status = stat()
    return stat(path, &status) == 0 ? [UInt64(status.st_dev), UInt64(status.st_ino)] : nil
  }
}
