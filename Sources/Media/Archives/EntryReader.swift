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
  private let pass = Mutex<ArchivePass?>(nil)

  /// Opens an archive, a folder or a lone file.
  ///
  /// - Throws: `ArchiveError` if it cannot be read at all.
  public init(path: String, archive: String, limits: ArchiveLimits = .init()) throws(ArchiveError) {
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
    case .tar(.none), .zip, .folder, .file: true
    case .tar, .sevenZip: false
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
    try pass.withLock { pass in
      let open = try pass ?? ArchivePass(path: path, archive: archive, limits: limits)
      pass = open
      do {
        return try open.bytes(ordinal: record.ordinal, range: range).get()
      } catch let error as ArchiveError {
        pass = nil
        throw error
      }
    }
  }

  private func slice(_ bytes: [UInt8], _ range: Range<Int>) -> [UInt8] {
    Array(bytes[range.clamped(to: 0..<bytes.count)])
  }
}
