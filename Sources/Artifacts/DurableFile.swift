public import SystemPackage

/// A file on its way to being committed: written under a temporary name, synced, closed and renamed; whole or not there.
///
/// Every durable file of Vecmill is written by this type, by the steps of `Commit`.
public struct DurableFile: ~Copyable {
  public let path: FilePath
  public private(set) var size = 0
  private let temporary: FilePath
  private let disk: any Disk
  private let file: any DiskFile
  private var hasher = Digest.Hasher()
  private var isOpen = true

  /// Starts a file that will stand at the path.
  public init(at path: FilePath, on disk: any Disk = SystemDisk()) throws(DiskError) {
    self.path = path
    self.disk = disk
    temporary = Self.temporaryPath(for: path)
    file = try disk.create(temporary)
  }

  deinit { if isOpen { try? disk.remove(temporary) } }

  public mutating func write(_ bytes: [UInt8]) throws(DiskError) {
    try bytes.withUnsafeBufferPointer { (buffer) throws(DiskError) in
      try write(UnsafeRawBufferPointer(buffer))
    }
  }

  public mutating func write(_ text: String) throws(DiskError) { try write(Array(text.utf8)) }

  public mutating func write(_ bytes: UnsafeRawBufferPointer) throws(DiskError) {
    try file.write(bytes)
    hasher.update(bytes)
    size += bytes.count
  }

  /// Appends the whole content of another file, a piece at a time.
  public mutating func write(contentsOf path: FilePath) throws(DiskError) {
    let source = try FileReader(path)
    while let piece = try source.next() { try write(piece) }
  }

  /// Syncs, closes and renames. What was there before is replaced in one step. The folder is not synced yet.
  public consuming func finish() throws(DiskError) -> CommittedFile {
    try Commit.place(file, temporary, at: path, on: disk)
    isOpen = false
    let committed = CommittedFile(name: path.lastComponent!.string, size: size, digest: hasher.finish())
    disk.noteChecked(path, committed)
    return committed
  }

  /// Commits a small file whole, its folder synced: when this returns, the file survives a power cut.
  @discardableResult
  public static func commit(
    _ bytes: [UInt8], at path: FilePath, on disk: any Disk = SystemDisk()
  ) throws(DiskError) -> CommittedFile {
    var file = try DurableFile(at: path, on: disk)
    try file.write(bytes)
    let committed = try file.finish()
    try Commit.acknowledge(path, on: disk)
    return committed
  }

  /// Ending of files that were being written when a process died; nothing ever reads them.
  public static let temporaryEnding = ".tmp"

  private static func temporaryPath(for path: FilePath) -> FilePath {
    // Random, not the process id: on a shared workspace two hosts may have the same one.
    let mark = String(UInt64.random(in: 0...UInt64.max), radix: 36)
    return path.removingLastComponent().appending("\(path.lastComponent!.string).\(mark)\(temporaryEnding)")
  }
}

/// A file of an artifact or bundle, as its checkpoint or manifest lists it.
public struct CommittedFile: Sendable, Hashable, Codable {
  /// Name inside its folder.
  public var name: String
  /// Bytes.
  public var size: Int
  public var digest: Digest

  public init(name: String, size: Int, digest: Digest) {
    self.name = name
    self.size = size
    self.digest = digest
  }
}
