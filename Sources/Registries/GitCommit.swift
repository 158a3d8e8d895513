import Artifacts
public import SystemPackage

/// The commit that a folder is checked out at, read from git's own files.
public enum GitCommit {
  /// - Returns: its digest; nil if the folder is not under git, or nothing was committed yet.
  public static func of(folder: FilePath) -> String? {
    var folder = LinkSwitch.absolute(folder.isEmpty ? "." : folder)
    while true {
      if let git = gitFolder(in: folder) { return head(of: git) }
      guard folder.removeLastComponent() else { return nil }
    }
  }

  /// `.git`, or where the file `.git` of a worktree leads.
  private static func gitFolder(in folder: FilePath) -> FilePath? {
    let git = folder.appending(".git")
    if text(git.appending("HEAD")) != nil { return git }
    guard let link = text(git), link.hasPrefix("gitdir: ") else { return nil }
    return folder.pushing(FilePath(String(link.dropFirst(8))))
  }

  private static func head(of git: FilePath) -> String? {
    guard let head = text(git.appending("HEAD")) else { return nil }
    guard head.hasPrefix("ref: ") else { return commit(head) }
    let reference = String(head.dropFirst(5))
    let common = text(git.appending("commondir")).map { git.pushing(FilePath($0)) } ?? git
    if let found = text(common.pushing(FilePath(reference))) { return commit(found) }
    let packed = text(common.appending("packed-refs"))?.split(separator: "\n") ?? []
    return packed.first { $0.hasSuffix(" " + reference) }.flatMap { commit(String($0.prefix { $0 != " " })) }
  }

  private static func commit(_ text: String) -> String? {
    [40, 64].contains(text.utf8.count) && text.allSatisfy(\.isHexDigit) ? text : nil
  }

  private static func text(_ path: FilePath) -> String? {
    guard let bytes = try? SystemDisk().read(path) else { return nil }
    return String(String(decoding: bytes, as: UTF8.self).reversed().drop { $0.isNewline }.reversed())
  }
}
