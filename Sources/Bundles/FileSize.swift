import Artifacts
import Glibc
import SystemPackage

enum FileSize {
  /// Bytes of the file at a path.
  static func of(_ path: FilePath) throws(DiskError) -> Int {
    var status = stat()
    guard path.withPlatformString({ stat($0, &status) }) == 0 else {
      throw DiskError(.inspect, path, Errno(rawValue: errno))
    }
    return Int(status.st_size)
  }
}
