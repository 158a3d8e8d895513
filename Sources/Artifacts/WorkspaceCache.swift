import SystemPackage

/// Files that cost time and can be made again, by the digest of all that they are made of: shared by stages, runs and pipelines.
///
/// A cache, not state: it may be emptied at any time, and what is damaged in it is made again.
public struct WorkspaceCache: Sendable {
  private let path: FilePath
  private let disk: any Disk

  public init(_ workspace: Workspace) {
    path = workspace.path.appending("cache")
    disk = workspace.disk
  }

  private struct Header: Codable {
    var parts: [CommittedFile]
    /// Keys of the artifacts that the parts are about: without them nobody asks for the parts again.
    var about: [Digest]?
  }

  /// An entry that may go.
  public struct Unneeded: Sendable, Equatable, Encodable {
    public var name: String
    public var bytes: Int
  }

  /// The parts that were kept under a kind and a key, or those that the body makes, which are kept from now on.
  ///
  /// - Parameter about: keys of the artifacts that they are about.
  public func parts(
    _ kind: String, _ key: Digest, about: [Digest], make: () throws -> [String: [UInt8]]
  ) throws -> [String: [UInt8]] {
    let file = path.appending("\(kind)-\(key.hex.prefix(32)).parts")
    if let bytes = try? disk.read(file), let parts = Self.parts(in: bytes, file) { return parts }
    let parts = try make()
    let sorted = parts.sorted { $0.key < $1.key }
    let header = Header(
      parts: sorted.map { CommittedFile(name: $0.key, size: $0.value.count, digest: Digest(of: $0.value)) }, about: about)
    try disk.makeFolder(path)
    try DurableFile.commit(SealedJSON.bytes(of: header) + sorted.flatMap(\.value), at: file, on: disk)
    return parts
  }

  /// Entries about artifacts that are not kept, damaged ones, and what killed writers left.
  ///
  /// - Parameter isKept: whether the artifact of a key stays.
  public func unneeded(isKept: (Digest) -> Bool) throws -> [Unneeded] {
    try disk.list(path).compactMap { name in
      let bytes = try disk.read(path.appending(name))
      if let about = Self.header(in: bytes, path.appending(name))?.header.about, about.allSatisfy(isKept) { return nil }
      return Unneeded(name: name, bytes: bytes.count)
    }
  }

  public func remove(_ entries: [Unneeded]) throws {
    for entry in entries { try disk.remove(path.appending(entry.name)) }
    if !entries.isEmpty { try disk.syncFolder(path) }
  }

  private static func header(in bytes: [UInt8], _ file: FilePath) -> (header: Header, end: Int)? {
    guard let end = bytes.firstIndex(of: 10),
      let header = try? SealedJSON.decode(Header.self, from: Array(bytes[...end]), path: file)
    else { return nil }
    return (header, end)
  }

  /// Nil if anything in the file is not what was written.
  private static func parts(in bytes: [UInt8], _ file: FilePath) -> [String: [UInt8]]? {
    guard let (header, end) = header(in: bytes, file) else { return nil }
    var parts: [String: [UInt8]] = [:]
    var start = end + 1
    for part in header.parts {
      guard part.size >= 0, start + part.size <= bytes.count else { return nil }
      let content = Array(bytes[start..<start + part.size])
      guard Digest(of: content) == part.digest else { return nil }
      parts[part.name] = content
      start += part.size
    }
    return start == bytes.count ? parts : nil
  }
}
