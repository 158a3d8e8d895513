import SystemPackage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Folders inside an export.
enum ExportFolder {
  static func make(_ name: String, in folder: FilePath) throws {
    let path = folder.appending(name)
    guard mkdir(path.string, 0o755) == 0 || errno == EEXIST else {
      throw IndexFormatError(Errno(rawValue: errno), path, "cannot be made")
    }
  }
}
