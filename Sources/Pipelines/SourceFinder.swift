import FoundationEssentials
import Glibc
public import Artifacts
import SystemPackage

/// Finds the files and folders that globs name, and digests them.
///
/// A file whose size, times and inode are those of the last look is not read again: the workspace remembers digests in
/// `sources.json`, a cache that may be lost at any time.
public struct SourceFinder: Sendable {
  private let workspace: Workspace
  private var known: [String: Remembered]
  private var seen: [String: Remembered] = [:]

  private struct Remembered: Codable, Sendable {
    var stamp: String
    var size: Int
    var digest: Digest
  }

  private struct Cache: Codable { var files: [String: Remembered] }

  public init(_ workspace: Workspace) {
    self.workspace = workspace
    let path = Self.cachePath(workspace)
    let cache = try? SealedJSON.decode(Cache.self, from: workspace.disk.read(path), path: path)
    known = cache?.files ?? [:]
  }

  /// The paths that match, by name, unread: for stages that look at a header while they are checked.
  public static func paths(_ patterns: [String]) throws -> [String] {
    try patterns.flatMap { try Glob($0).matches() }
      .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }.map(\.path)
  }

  /// The folders that are looked into for them: their times change when something that matches comes or goes.
  public static func folders(_ patterns: [String]) throws -> [String] {
    try patterns.flatMap { try Glob($0).folders() }
  }

  private static func cachePath(_ workspace: Workspace) -> FilePath { workspace.path.appending("sources.json") }

  /// The sources that match, by name in byte order.
  ///
  /// - Throws: `SourceFault` if a pattern matches nothing or two sources have the same name.
  public mutating func sources(
    _ patterns: [String], where isWanted: (String) -> Bool = { _ in true },
    precedes: (String, String) -> Bool = { $0.utf8.lexicographicallyPrecedes($1.utf8) },
    companions: (String) -> [String] = { _ in [] }
  ) throws -> [Source] {
    var found: [Glob.Match] = []
    for pattern in patterns {
      let matches = try Glob(pattern, excluding: workspace.path.string).matches().filter { isWanted($0.path) }
      if matches.isEmpty { throw SourceFault("nothing matches \(pattern)") }
      found += matches
    }
    found.sort { precedes($0.name, $1.name) }
    found = found.enumerated().filter { $0.offset == 0 || found[$0.offset - 1].path != $0.element.path }.map(\.element)
    for (one, next) in zip(found, found.dropFirst()) where one.name == next.name {
      throw SourceFault(
        "\(one.path) and \(next.path) would both be named \(one.name); names are relative to the fixed part of a glob, "
          + "so write one glob for both")
    }
    try learn(found.filter { !$0.isFolder }.map(\.path))
    return try found.map { match in
      var source = try source(match)
      let beside = try companions(match.path).map { path in
        let file = try remembered(path)
        return CommittedFile(name: FilePath(path).lastComponent?.string ?? path, size: file.size, digest: file.digest)
      }
      if !beside.isEmpty { source.companions = beside }
      return source
    }
  }

  private mutating func source(_ match: Glob.Match) throws -> Source {
    guard match.isFolder else {
      let file = try remembered(match.path)
      return Source(name: match.name, path: match.path, size: file.size, digest: file.digest)
    }
    var hasher = Digest.Hasher()
    var size = 0
    let files = try Glob.files(below: match.path, excluding: FolderIdentity(workspace.path.string))
    try learn(files)
    for path in files {
      let file = try remembered(path)
      hasher.field(String(path.dropFirst(match.path.count)))
      hasher.field(file.digest.hex)
      size += file.size
    }
    return Source(name: match.name, path: match.path, size: size, digest: hasher.finish())
  }

  private mutating func remembered(_ path: String) throws -> Remembered {
    let stamp = try Self.stamp(path)
    if let file = familiar(path, stamp) { return file }
    return try keep(path, stamp, workspace.disk.digest(FilePath(path)))
  }

  /// Digests the files that are not known yet, all in one go: two side by side cost less than one after the other.
  private mutating func learn(_ paths: [String]) throws {
    var unknown: [(path: String, stamp: String)] = []
    for path in paths {
      let stamp = try Self.stamp(path)
      if familiar(path, stamp) == nil { unknown.append((path, stamp)) }
    }
    let found = try workspace.disk.digests(unknown.map { FilePath($0.path) })
    for (file, found) in zip(unknown, found) { _ = try keep(file.path, file.stamp, found) }
  }

  /// What was learnt of a file that has not changed since.
  private mutating func familiar(_ path: String, _ stamp: String) -> Remembered? {
    guard let file = seen[path] ?? known[path], file.stamp == stamp else { return nil }
    seen[path] = file
    return file
  }

  private mutating func keep(_ path: String, _ stamp: String, _ found: (size: Int, digest: Digest)) throws -> Remembered {
    // A file that changes while it is read would be remembered by a digest that it never had.
    guard try Self.stamp(path) == stamp else { throw SourceFault("\(path) changed while it was read") }
    let file = Remembered(stamp: stamp, size: found.size, digest: found.digest)
    seen[path] = file
    return file
  }

  private static func stamp(_ path: String) throws -> String {
    var status = stat()
    guard stat(path, &status) == 0 else { throw DiskError(.inspect, FilePath(path), Errno(rawValue: errno)) }
    let (modified, changed) = (status.st_mtim, status.st_ctim)
    return "\(status.st_size) \(status.st_ino) \(modified.tv_sec).\(modified.tv_nsec) \(changed.tv_sec).\(changed.tv_nsec)"
  }

  /// Keeps what was learnt for the next look.
  public func remember() throws {
    guard !seen.isEmpty, seen.contains(where: { known[$0.key]?.stamp != $0.value.stamp }) else { return }
    try workspace.disk.makeFolder(workspace.path)
    let cache = Cache(files: known.merging(seen) { $1 }.filter { access($0.key, F_OK) == 0 })
    try DurableFile.commit(
      SealedJSON.bytes(of: cache), at: Self.cachePath(workspace), on: workspace.disk)
  }
}

/// A source that cannot be had.
public struct SourceFault: Error, Sendable, CustomStringConvertible {
  public let message: String
  public init(_ message: String) { self.message = message }
  public var description: String { message }
}
