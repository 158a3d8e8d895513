import Artifacts
import Glibc
import SystemPackage

/// A pattern of paths: `*`, `?` and `[…]` inside a name, `**` for any folders between.
struct Glob {
  struct Match: Equatable {
    var path: String
    /// Path relative to the fixed part of the pattern: the folders before the first name with a wildcard, or all folders.
    var name: String
    var isFolder: Bool
  }

  private let pattern: String
  private let root: String
  private let names: [String]
  /// A folder that wildcards pass over.
  private let excluded: FolderIdentity?

  /// - Parameter excluded: path of a folder that no wildcard finds, nor anything in it.
  init(_ pattern: String, excluding excluded: String? = nil) {
    self.pattern = pattern
    self.excluded = excluded.flatMap(FolderIdentity.init)
    var names = pattern.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
    var fixed: [String] = []
    while names.count > 1, !Self.isWild(names[0]) { fixed.append(names.removeFirst()) }
    root = (pattern.hasPrefix("/") ? "/" : "") + fixed.joined(separator: "/")
    self.names = names
  }

  private static func isWild(_ name: String) -> Bool { name.contains { "*?[".contains($0) } }

  func matches() throws -> [Match] {
    var found: [Match] = []
    var folders: [String] = []
    try walk(below: root, names[...], named: "", &found, &folders)
    return found
  }

  /// The folders whose entries decide what matches.
  func folders() throws -> [String] {
    var found: [Match] = []
    var folders: [String] = []
    try walk(below: root, names[...], named: "", &found, &folders)
    var seen: Set<String> = []
    return folders.filter { seen.insert($0).inserted }
  }

  private func walk(
    below folder: String, _ names: ArraySlice<String>, named prefix: String, _ found: inout [Match],
    _ folders: inout [String]
  ) throws {
    guard let name = names.first else { return }
    let rest = names.dropFirst()
    if Self.isWild(name) { folders.append(folder.isEmpty ? "." : folder) }
    if name == "**" {
      try walk(below: folder, rest.isEmpty ? ["*"] : rest, named: prefix, &found, &folders)
      for inner in try SystemDisk().list(folder.isEmpty ? "." : FilePath(folder)) where !inner.hasPrefix(".") {
        let path = Self.join(folder, inner)
        if Self.isFolder(path), !isExcluded(path) {
          try walk(below: path, names, named: Self.join(prefix, inner), &found, &folders)
        }
      }
      return
    }
    let candidates =
      Self.isWild(name)
      ? try SystemDisk().list(folder.isEmpty ? "." : FilePath(folder)).filter { fnmatch(name, $0, FNM_PERIOD) == 0 }
      : [name]
    for candidate in candidates {
      let path = Self.join(folder, candidate)
      guard access(path, F_OK) == 0, !(Self.isWild(name) && isExcluded(path)) else { continue }
      let named = Self.join(prefix, candidate)
      if rest.isEmpty {
        found.append(Match(path: path, name: named, isFolder: Self.isFolder(path)))
      } else if Self.isFolder(path) {
        try walk(below: path, rest, named: named, &found, &folders)
      }
    }
  }

  private func isExcluded(_ path: String) -> Bool { excluded != nil && FolderIdentity(path) == excluded }

  private static func join(_ folder: String, _ name: String) -> String {
    folder.isEmpty || folder == "/" ? folder + name : folder + "/" + name
  }

  private static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// All regular files below a folder, by path in byte order; hidden ones too, links not followed.
  ///
  /// - Parameter excluded: a folder that must not be among those below.
  /// - Throws: `SourceFault` if it is.
  static func files(below folder: String, excluding excluded: FolderIdentity? = nil) throws -> [String] {
    if let excluded, FolderIdentity(folder) == excluded {
      throw SourceFault("the workspace \(folder) lies in a folder that is a source; put --workspace elsewhere, or name files")
    }
    var found: [String] = []
    for name in try SystemDisk().list(FilePath(folder)) {
      let path = join(folder, name)
      var status = stat()
      guard lstat(path, &status) == 0 else { continue }
      switch status.st_mode & S_IFMT {
      case S_IFDIR: found += try files(below: path, excluding: excluded)
      case S_IFREG: found.append(path)
      default: break
      }
    }
    return found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}

/// What a folder is, whatever path it is reached by.
struct FolderIdentity: Equatable {
  private let device: UInt64
  private let inode: UInt64

  /// Nil if nothing is there.
  init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
  }
}
