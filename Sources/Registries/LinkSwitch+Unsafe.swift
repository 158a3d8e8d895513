import Artifacts
import Glibc
import SystemPackage

/// A symbolic link that is moved in one step: whoever opens a path through it finds the old folder or the new one.
enum LinkSwitch {
  /// - Throws: `RegistryError` if something else than a link has the path.
  static func check(_ link: FilePath) throws(RegistryError) {
    var status = stat()
    if link.withPlatformString({ lstat($0, &status) }) == 0, status.st_mode & S_IFMT != S_IFLNK {
      throw RegistryError(.refused, link.string, "is no symbolic link, and is not replaced by one; move it elsewhere")
    }
  }

  /// - Throws: `RegistryError` if something else than a link has the path; `DiskError`.
  static func point(_ link: FilePath, at target: FilePath) throws {
    try check(link)
    let target = absolute(target)
    let folder = link.removingLastComponent()
    try SystemDisk().makeFolder(folder.isEmpty ? "." : folder)
    let temporary = folder.appending(".\(link.lastComponent!.string).\(getpid()).link")
    try SystemDisk().remove(temporary)
    guard target.withPlatformString({ to in temporary.withPlatformString { symlink(to, $0) } }) == 0 else {
      throw DiskError(.link, temporary, Errno(rawValue: errno))
    }
    do { try SystemDisk().rename(temporary, to: link) } catch {
      try? SystemDisk().remove(temporary)
      throw error
    }
    try SystemDisk().syncFolder(folder.isEmpty ? "." : folder)
  }

  /// The path from the root; nothing of it need exist.
  static func fromRoot(_ path: FilePath) -> FilePath {
    guard path.isRelative, let folder = getcwd(nil, 0) else { return path }
    defer { free(folder) }
    return FilePath(platformString: folder).pushing(path).lexicallyNormalized()
  }

  /// The path from the root, links followed as far as it exists.
  static func absolute(_ path: FilePath) -> FilePath {
    guard let resolved = path.withPlatformString({ realpath($0, nil) }) else { return path }
    defer { free(resolved) }
    return FilePath(platformString: resolved)
  }
}
