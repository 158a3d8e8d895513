/// Reads the entries of an archive one after the other; nothing is written to disk.
///
/// Takes tar, tar.gz, tar.bz2, tar.xz, tar.zst, zip and 7z, found by content, and a folder or a lone file as an archive
/// of its own. Names, kinds and sizes that no honest archive has become rejects; damage that hides where the next entry
/// starts ends the reading with an `ArchiveError`, after the entries before it were given. Not for two threads at once.
public final class ArchiveReader {
  /// Name of the archive, as records carry it.
  public let archive: String
  public let kind: ArchiveKind
  public let limits: ArchiveLimits
  /// Entries seen so far, directories among them; the next one's ordinal.
  public private(set) var entryCount = 0
  /// Directories seen so far; they are neither records nor rejects.
  public private(set) var directoryCount = 0
  /// Bytes of the archive file, or of all files of a folder.
  public let size: Int

  private let walk: any EntryWalk
  private var names: Set<Int64> = []
  private var inflated = 0
  /// Bytes that the headers so far declare: skipping inflates them as well.
  private var declared = 0
  private var isDone = false
  /// Until when the current entry must be read, by `ThreadClock`; nil where it is read in pieces of the caller's choice.
  var deadline: Double?
  /// Declared bytes of the current entry's content, and those given so far.
  var current: (entry: ArchiveEntry, size: Int?, given: Int)?

  /// Opens an archive, a folder or a lone file.
  ///
  /// - Parameters:
  ///   - path: where it lies.
  ///   - archive: the name that records and rejects carry; the path if not given.
  /// - Throws: `ArchiveError` if it is none of the kinds, or damaged at its start.
  public init(path: String, archive: String? = nil, limits: ArchiveLimits = .init()) throws(ArchiveError) {
    let name = archive ?? path
    self.archive = name
    self.limits = limits
    if ByteFile.isFolder(path) {
      kind = .folder
      let folder = try FolderWalk(root: path, archive: name)
      size = folder.size
      walk = folder
      return
    }
    let file = try ByteFile(path: path, archive: name)
    kind = try ArchiveKind(of: file, path: path)
    size = file.size
    walk =
      switch kind {
      case .tar(let compression): try LibarchiveWalk(tar: file, compression, limits: limits)
      case .sevenZip: try LibarchiveWalk(sevenZip: file)
      case .zip: try ZipWalk(file, limits: limits)
      case .file(.none), .folder: FileWalk(file, path: path)
      case .file(let compression): try CompressedFileWalk(file, compression, path: path, limits: limits)
      }
  }

  /// Bytes of the archive file that were read so far, for progress.
  public var bytesRead: Int { walk.bytesRead }

  /// The next entry that is no directory; nil at the end of the archive.
  public func next() throws(ArchiveError) -> ArchiveItem? {
    current = nil
    if isDone { return nil }
    while let header = try walk.next() {
      let ordinal = entryCount
      entryCount += 1
      guard entryCount <= limits.maxEntries else {
        throw ArchiveError(
          archive: archive, offset: bytesRead, code: .tooManyEntries,
          message: "it has more than \(limits.maxEntries) entries; raise max_entries if that is right")
      }
      try checkDeclared(header)
      if header.kind == .directory {
        directoryCount += 1
        continue
      }
      return item(header, ordinal)
    }
    isDone = true
    try walk.finish()
    return nil
  }

  /// The whole content of the entry that `next` gave last.
  public func bytes() throws(ArchiveError) -> Result<[UInt8], Reject> {
    try withFailuresSorted { () throws(EntryFailure) in try readAll() }
  }

  /// The next piece of that content, for entries that are too large to be held; empty at its end.
  public func chunk(upTo count: Int = 256 << 10) throws(ArchiveError) -> Result<[UInt8], Reject> {
    try withFailuresSorted { () throws(EntryFailure) in try readChunk(count) }
  }

  private func withFailuresSorted(
    _ body: () throws(EntryFailure) -> [UInt8]
  ) throws(ArchiveError) -> Result<[UInt8], Reject> {
    guard let entry = current?.entry else { preconditionFailure("no entry is being read") }
    do throws(EntryFailure) {
      return .success(try body())
    } catch {
      current = nil
      switch error {
      case .archive(let error): throw error
      case .entry(let code, let message): return .failure(Reject(entry, code, message))
      }
    }
  }
}

extension ArchiveReader {
  private func item(_ header: EntryHeader, _ ordinal: Int) -> ArchiveItem {
    let name = EntryName.escaped(header.name.count <= limits.maxNameBytes ? header.name : Array(header.name.prefix(64)))
    var entry = ArchiveEntry(
      archive: archive, name: name, ordinal: ordinal, offset: header.offset, size: header.size ?? 0,
      identity: 0)
    if let (code, message) = fault(of: header) {
      entry.name = EntryName.printable(name)
      return .reject(Reject(entry, code, message))
    }
    entry.identity = ContentDigest.identity(archive, name)
    guard names.insert(entry.identity).inserted else {
      return .reject(Reject(entry, .duplicateName, "an entry before it has the same name"))
    }
    current = (entry, header.size, 0)
    return .entry(entry)
  }

  /// A 7z tells before it inflates what it will come to.
  private func checkDeclared(_ header: EntryHeader) throws(ArchiveError) {
    guard kind == .sevenZip, let bytes = header.size else { return }
    declared = declared.addingReportingOverflow(max(bytes, 0)).overflow ? .max : declared + max(bytes, 0)
    guard limits.inflatesTooMuch(declared, from: size) else { return }
    throw ArchiveError(
      archive: archive, offset: bytesRead, code: .inflatesTooMuch, message: limits.inflationMessage(declared, from: size))
  }

  private func fault(of header: EntryHeader) -> (RejectCode, String)? {
    if header.name.count > limits.maxNameBytes {
      return (.nameTooLong, "the name has \(header.name.count) bytes, more than \(limits.maxNameBytes)")
    }
    if let danger = EntryName.danger(of: header.name) { return (.unsafeName, danger) }
    switch header.kind {
    case .link: return (.link, "it is a link")
    case .special: return (.specialFile, "it is a device, a pipe or a socket")
    case .file, .directory: break
    }
    if header.isEncrypted { return (.encrypted, "it is encrypted") }
    return header.fault
  }

  /// A ceiling that the current entry's declared size breaks; for those who read entries whole.
  func tooLarge() -> Reject? {
    guard let current, let size = current.size, size > limits.maxEntryBytes else { return nil }
    return Reject(
      current.entry, .entryTooLarge, "\(size) bytes, more than the \(limits.maxEntryBytes) of max_entry_bytes")
  }

  /// Counts what came out of the archive.
  func count(_ bytes: Int) throws(EntryFailure) {
    inflated += bytes
    current?.given += bytes
    guard inflated <= limits.maxArchiveBytes || !kind.inflates else {
      throw .archive(
        ArchiveError(
          archive: archive, offset: bytesRead, code: .archiveTooLarge,
          message: "it inflates to more than the \(limits.maxArchiveBytes) bytes of max_archive_bytes"))
    }
    // Holes of a plain tar's sparse files; what is compressed was counted where it was inflated. Of a zip each entry counts alone.
    guard kind == .tar(.none), limits.inflatesTooMuch(inflated, from: bytesRead) else { return }
    throw .archive(
      ArchiveError(
        archive: archive, offset: bytesRead, code: .inflatesTooMuch, message: limits.inflationMessage(inflated, from: bytesRead)))
  }

  func fill(_ buffer: UnsafeMutableRawBufferPointer) throws(EntryFailure) -> Int {
    try walk.read(into: buffer)
  }
}
