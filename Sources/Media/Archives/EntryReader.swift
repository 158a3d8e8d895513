import Synchronization

/// Gives a record's bytes back from its archive, to any number of threads.
///
/// Plain tars, zips, folders and lone files are read in any order at no extra cost; compressed tars and 7z through one
/// `ArchivePass`, where records should be asked for in archive order.
public final class EntryReader: Sendable {
  public let kind: ArchiveKind
  private let path: String
  private let archive: String
  private let limits: ArchiveLimits
  private let file: ByteFile?
  private let directory: ZipDirectory?
  private let passed: Mutex<PassedEntries>

  /// Opens an archive, a folder or a lone file.
  ///
  /// - Parameter lookback: bytes of passed entries to keep where the archive is one compressed stream: as much as the
  ///   jobs that read side by side span together, so that one pass serves them all. 0 is right for a single reader.
  /// - Throws: `ArchiveError` if it cannot be read at all.
  public init(
    path: String, archive: String, limits: ArchiveLimits = .init(), lookback: Int = 0
  ) throws(ArchiveError) {
    passed = Mutex(PassedEntries(capacity: lookback))
    self.path = path
    self.archive = archive
    self.limits = limits
    guard !ByteFile.isFolder(path) else {
      (kind, file, directory) = (.folder, nil, nil)
      return
    }
    let file = try ByteFile(path: path, archive: archive)
    kind = try ArchiveKind(of: file, path: path)
    directory = kind == .zip ? try ZipDirectory(file) : nil
    self.file = file
  }

  /// Whether records may be asked for in any order at no extra cost.
  public var isRandomAccess: Bool {
    switch kind {
    case .tar(.none), .zip, .folder, .file(.none): true
    case .tar, .sevenZip, .file: false
    }
  }

  /// The content of a record: its whole entry, or its part of it.
  ///
  /// - Parameter verifying: whether to hold whole entries against the record's digest.
  /// - Throws: `Reject` if the content is not what it was at ingest, `ArchiveError` if the archive cannot be read.
  public func bytes(of record: Record, verifying: Bool = false) throws -> [UInt8] {
    let bytes = try read(record)
    let isWhole = record.position == nil
    guard bytes.count == record.size, !verifying || !isWhole || ContentDigest.hex(of: bytes) == record.digest else {
      throw Reject(
        archive: archive, entry: record.entry, ordinal: record.ordinal, offset: record.offset, code: .checksum,
        message: "the content is not what it was when the archive was read; run ingest again")
    }
    return bytes
  }

  private func read(_ record: Record) throws -> [UInt8] {
    if let offset = record.offset, let file, isRandomAccess {
      guard offset >= 0, record.size <= file.size, offset <= file.size - record.size else { return [] }
      return try file.bytes(at: offset, count: record.size)
    }
    let range = record.position.map { $0..<$0 + record.size }
    switch kind {
    case .zip:
      let bytes = try zipContent(record)
      return range.map { slice(bytes, $0) } ?? bytes
    case .folder: return try folderContent(record, range)
    default: return try passContent(record, range)
    }
  }

  private func zipContent(_ record: Record) throws -> [UInt8] {
    guard let directory, let file, record.ordinal < directory.entries.count,
      EntryName.escaped(directory.entries[record.ordinal].name) == record.entry,
      let content = try ZipContent(file, directory.entries[record.ordinal])
    else { return [] }
    return content.isReadable ? try content.whole(limits, for: record) : try passContent(record, nil)
  }

  private func folderContent(_ record: Record, _ range: Range<Int>?) throws -> [UInt8] {
    let name = EntryName.bytes(of: record.entry)
    if EntryName.danger(of: name) != nil { return [] }
    let file = try FolderWalk.file(name, root: path, archive: archive)
    return try file.bytes(at: range?.lowerBound ?? 0, count: min(range?.count ?? file.size, limits.maxEntryBytes))
  }

  private func passContent(_ record: Record, _ range: Range<Int>?) throws -> [UInt8] {
    try passed.withLock { passed in
      if range == nil, let bytes = passed.take(record.ordinal) { return bytes }
      if passed.pass == nil { passed.pass = try ArchivePass(path: path, archive: archive, limits: limits) }
      do {
        return try passed.read(record.ordinal, range).get()
      } catch let error as ArchiveError {
        passed.pass = nil
        throw error
      }
    }
  }

  /// How often a compressed archive was started again because a record before the last one was asked for.
  public var restarts: Int { passed.withLock { $0.pass?.restarts ?? 0 } }

  private func slice(_ bytes: [UInt8], _ range: Range<Int>) -> [UInt8] {
    Array(bytes[range.clamped(to: 0..<bytes.count)])
  }
}
