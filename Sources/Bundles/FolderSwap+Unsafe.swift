import Artifacts
import CFileSystem
import Glibc
import SystemPackage

/// The moves of whole folders that an export is made of.
enum FolderSwap {
  /// Makes the folder the one at the target, in one step for everyone who looks. What was at the target is afterwards
  /// at the folder's old path; the result says whether there was something.
  static func put(_ folder: FilePath, at target: FilePath) throws -> Bool {
    if try move(folder, target, unless: .fileExists, by: vm_rename_to_new) { return false }
    if try move(folder, target, unless: .noSuchFileOrDirectory, by: vm_rename_exchange) { return true }
    // Somebody took the target away in between.
    return try put(folder, at: target)
  }

  private static func move(
    _ folder: FilePath, _ target: FilePath, unless expected: Errno,
    by rename: (UnsafePointer<CChar>?, UnsafePointer<CChar>?) -> Int32
  ) throws -> Bool {
    let status = folder.withPlatformString { from in target.withPlatformString { to in rename(from, to) } }
    if status == 0 { return true }
    let failure = Errno(rawValue: errno)
    if failure == expected { return false }
    if failure == .invalidArgument || failure == .noFunction {
      throw BundleError(
        .io, target, "its file system cannot exchange folders in one step (renameat2); export to a local disk")
    }
    throw DiskError(.rename, target, failure)
  }

  /// Removes a folder and all below; what is gone already does not matter.
  static func remove(_ folder: FilePath) throws {
    for name in try SystemDisk().list(folder) { try removeEntry(folder.appending(name)) }
    guard folder.withPlatformString({ rmdir($0) }) == 0 || errno == ENOENT else {
      throw DiskError(.remove, folder, Errno(rawValue: errno))
    }
  }

  /// Removes a file, a link, or a folder and all below.
  static func removeEntry(_ path: FilePath) throws {
    if path.withPlatformString({ unlink($0) }) == 0 || errno == ENOENT { return }
    guard errno == EISDIR || errno == EPERM else { throw DiskError(.remove, path, Errno(rawValue: errno)) }
    try remove(path)
  }

  /// Syncs the folder and every folder below it.
  static func sync(_ folder: FilePath) throws {
    for name in try SystemDisk().list(folder) where isFolder(folder.appending(name)) {
      try sync(folder.appending(name))
    }
    try SystemDisk().syncFolder(folder)
  }

  static func isFolder(_ path: FilePath) -> Bool { FileStatus(ofLink: path)?.isFolder ?? false }

  /// Whether anything at all has the path, a link that leads nowhere included.
  static func exists(_ path: FilePath) -> Bool { FileStatus(ofLink: path) != nil }
}
