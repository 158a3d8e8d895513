/// The entries of a zip in the order of their bytes.
///
/// Not libarchive's: its reader drops entries that overlap without a word, cuts names at NUL, and gives up the whole
/// archive where one entry's deflate data is damaged. Methods other than stored and deflate are left to libarchive.
final class ZipWalk: EntryWalk {
  private let file: ByteFile
  private let directory: ZipDirectory
  private let limits: ArchiveLimits
  private var current = -1
  private var content: ZipContent?
  /// libarchive's reading, and the number of its next entry; and whether it gives the current one.
  private var other: (handle: LibarchiveHandle, next: Int)?
  private var usesOther = false

  init(_ file: ByteFile, limits: ArchiveLimits) throws(ArchiveError) {
    self.file = file
    self.limits = limits
    directory = try ZipDirectory(file)
  }

  var bytesRead: Int {
    let started = min(max(current, 0), directory.entries.count)
    return started < directory.entries.count ? directory.entries[started].start : file.size
  }

  func next() throws(ArchiveError) -> EntryHeader? {
    current += 1
    content = nil
    usesOther = false
    guard current < directory.entries.count else { return nil }
    let entry = directory.entries[current]
    var header = EntryHeader(
      name: entry.name, kind: Self.kind(of: entry), size: entry.size, isEncrypted: entry.isEncrypted)
    guard header.kind == .file, !entry.isEncrypted else { return header }
    if limits.inflatesTooMuch(entry.size, from: entry.compressedSize), entry.size <= limits.maxEntryBytes {
      header.fault = (.inflatesTooMuch, limits.inflationMessage(entry.size, from: entry.compressedSize))
      return header
    }
    guard let content = try ZipContent(file, entry) else {
      header.fault = (.malformed, "the local header is missing or reaches into the next entry")
      return header
    }
    guard content.isReadable else {
      if entry.method == 0 || !openOther(entry) {
        header.fault = (.unsupportedCompression, "compression method \(entry.method) of zip")
      }
      return header
    }
    if entry.method == 0 { header.offset = content.offset }
    self.content = content
    return header
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(EntryFailure) -> Int {
    guard usesOther, let other else { return try content?.read(into: buffer) ?? 0 }
    do throws(EntryFailure) {
      return try other.handle.read(into: buffer)
    } catch {
      // What libarchive cannot go on from is the end of this entry only.
      guard case .archive(let error) = error else { throw error }
      self.other = nil
      usesOther = false
      throw .entry(error.code, error.message)
    }
  }

  /// Brings libarchive to the current entry; false if it does not find the same one there.
  private func openOther(_ entry: ZipDirectory.Entry) -> Bool {
    do throws(ArchiveError) {
      if other == nil { other = (try LibarchiveHandle(FileSource(file), format: .zip), 0) }
      guard var reading = other else { return false }
      other = nil
      var found: OpaquePointer?
      while reading.next <= current {
        found = try reading.handle.nextHeader()
        reading.next += 1
      }
      other = reading
      usesOther = found.map { LibarchiveWalk.name(of: $0) == entry.name } ?? false
    } catch { usesOther = false }
    return usesOther
  }

  func finish() throws(ArchiveError) {}

  private static func kind(of entry: ZipDirectory.Entry) -> EntryHeader.Kind {
    if let mode = entry.unixMode, mode & 0o170000 != 0 {
      switch mode & 0o170000 {
      case 0o100000: return .file
      case 0o040000: return .directory
      case 0o120000: return .link
      default: return .special
      }
    }
    return entry.name.last == UInt8(ascii: "/") ? .directory : .file
  }
}
