import Artifacts
import Glibc
import SystemPackage

/// Room that a folder's files take; a file with several names is counted once.
struct FolderSizes {
  private var seen: Set<UInt64> = []

  init() {}

  /// Bytes of the folder's files that were not counted before. Folders below it are not looked at.
  mutating func add(_ path: FilePath, on disk: any Disk) throws -> Int {
    var bytes = 0
    for name in try disk.list(path) {
      var status = stat()
      guard lstat(path.appending(name).string, &status) == 0 else { continue }
      if status.st_nlink == 1 || seen.insert(UInt64(status.st_ino)).inserted { bytes += Int(status.st_size) }
    }
    return bytes
  }
}
