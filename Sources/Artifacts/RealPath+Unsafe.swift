import Glibc
package import SystemPackage

extension FilePath {
  /// The absolute path without links, `.` and `..`; everything of it must exist.
  package func resolved() throws(DiskError) -> FilePath {
    guard let resolved = withPlatformString({ realpath($0, nil) }) else {
      throw DiskError(.open, self, Errno(rawValue: errno))
    }
    defer { free(resolved) }
    return FilePath(platformString: resolved)
  }

  /// The folder without links, and the last name as it is.
  package func resolvedFolder() throws(DiskError) -> FilePath {
    guard let name = lastComponent, name.kind == .regular else { return try resolved() }
    let folder = removingLastComponent()
    return try (folder.isEmpty ? "." : folder).resolved().appending(name)
  }

  /// How one gets from a folder to this path; both absolute and without links.
  package func relative(to folder: FilePath) -> FilePath {
    let (mine, theirs) = (Array(components), Array(folder.components))
    let shared = zip(mine, theirs).prefix { $0 == $1 }.count
    var path = FilePath()
    for _ in shared..<theirs.count { path.append("..") }
    for component in mine[shared...] { path.append(component) }
    return path.isEmpty ? "." : path
  }
}
