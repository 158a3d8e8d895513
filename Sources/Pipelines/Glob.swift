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

  init(_ pattern: String) {
    self.pattern = pattern
    var names = pattern.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
    var fixed: [String] = []
    while names.count > 1, !Self.isWild(names[0]) { fixed.append(names.removeFirst()) }
    root = (pattern.hasPrefix("/") ? "/" : "") + fixed.joined(separator: "/")
    self.names = names
  }

  private static func isWild(_ name: String) -> Bool { name.contains { "*?[".contains($0) } }

  func matches() throws -> [Match] {
    var found: [Match] = []
    try walk(below: root, names[...], named: "", &found)
    return found
  }

  private func walk(
    below folder: String, _ names: ArraySlice<String>, named prefix: String, _ found: inout [Match]
  ) throws {
    guard let name = names.first else { return }
    let rest = names.dropFirst()
    if name == "**" {
      try walk(below: folder, rest.isEmpty ? ["*"] : rest, named: prefix, &found)
      for inner in try SystemDisk().list(folder.isEmpty ? "." : FilePath(folder)) where !inner.hasPrefix(".") {
        let path = Self.join(folder, inner)
        if Self.isFolder(path) { try walk(below: path, names, named: Self.join(prefix, inner), &found) }
      }
      return
    }
    let candidates =
      Self.isWild(name)
      ? try SystemDisk().list(folder.isEmpty ? "." : FilePath(folder)).filter { fnmatch(name, $0, FNM_PERIOD) == 0 }
      : [name]
    for candidate in candidates {
      let path = Self.join(folder, candidate)
      guard access(path, F_OK) == 0 else { continue }
      let named = Self.join(prefix, candidate)
      if rest.isEmpty {
        found.append(Match(path: path, name: named, isFolder: Self.isFolder(path)))
      } else if Self.isFolder(path) {
        try walk(below: path, rest, named: named, &found)
      }
    }
  }

  private static func join(_ folder: String, _ name: String) -> String {
    folder.isEmpty || folder == "/" ? folder + name : folder + "/" + name
  }

  private static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// All regular files below a folder, by path in byte order; hidden ones too, links not followed.
  static func files(below folder: String) throws -> [String] {
    var found: [String] = []
    for name in try SystemDisk().list(FilePath(folder)) {
      let path = join(folder, name)
      var status = stat()
      guard lstat(path, &status) == 0 else { continue }
      switch status.st_mode & S_IFMT {
      case S_IFDIR: found += try files(below: path)
      case S_IFREG: found.append(path)
      default: break
      }
    }
    return found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}
