import CArchive

/// The entries of a tar, plain or compressed, or of a 7z, as libarchive finds them.
final class LibarchiveWalk: EntryWalk {
  private let handle: LibarchiveHandle
  private let source: CappedSource
  /// The file, where entries lie in it as they are.
  private let plain: ByteFile?
  private let drains: Bool

  /// Bytes that may follow the end of a compressed tar: the padding of the largest tape blocks, with room to spare.
  private static let maxTrailingBytes = 16 << 20

  init(tar file: ByteFile, _ compression: ArchiveKind.Compression, limits: ArchiveLimits) throws(ArchiveError) {
    let inflated: any ByteSource =
      switch compression {
      case .none: FileSource(file)
      case .gzip: GzipSource(file)
      case .bzip2, .xz, .zstd: try FilterSource(file)
      }
    source = CappedSource(inflated, cap: compression == .none ? .max : limits.maxArchiveBytes)
    plain = compression == .none ? file : nil
    drains = compression != .none
    handle = try LibarchiveHandle(source, format: .tar)
  }

  init(sevenZip file: ByteFile) throws(ArchiveError) {
    source = CappedSource(FileSource(file), cap: .max)
    plain = nil
    drains = false
    handle = try LibarchiveHandle(FileSource(file), format: .sevenZip)
  }

  var bytesRead: Int { max(source.bytesRead, handle.bytesRead) }

  func next() throws(ArchiveError) -> EntryHeader? {
    guard let entry = try handle.nextHeader() else { return nil }
    var header = EntryHeader(
      name: Self.name(of: entry), kind: Self.kind(of: entry),
      size: archive_entry_size_is_set(entry) != 0 ? Int(archive_entry_size(entry)) : nil,
      isEncrypted: archive_entry_is_encrypted(entry) != 0)
    if let plain, header.kind == .file, archive_entry_sparse_count(entry) == 0, let size = header.size {
      let offset = handle.position
      guard offset + size <= plain.size else {
        throw ArchiveError(
          archive: plain.archive, offset: offset, code: .truncated,
          message: "entry \(EntryName.printable(EntryName.escaped(header.name))) ends beyond the file")
      }
      header.offset = offset
    }
    return header
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(EntryFailure) -> Int {
    try handle.read(into: buffer)
  }

  /// Reads a compressed stream to its end, where its checksum is.
  func finish() throws(ArchiveError) {
    guard drains else { return }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 64)
    defer { buffer.deallocate() }
    var trailing = 0
    while true {
      let count = try source.read(into: buffer)
      if count == 0 { return }
      trailing += count
      guard trailing <= Self.maxTrailingBytes else {
        throw ArchiveError(
          archive: source.archive, offset: source.bytesRead, code: .malformed,
          message: "more than \(Self.maxTrailingBytes) bytes follow the end of the tar")
      }
    }
  }

  static func name(of entry: OpaquePointer) -> [UInt8] {
    if let name = archive_entry_pathname(entry) { return Array(String.bytes(of: name)) }
    if let name = archive_entry_pathname_utf8(entry) { return Array(String.bytes(of: name)) }
    return []
  }

  private static func kind(of entry: OpaquePointer) -> EntryHeader.Kind {
    if archive_entry_hardlink(entry) != nil || archive_entry_hardlink_utf8(entry) != nil { return .link }
    switch archive_entry_filetype(entry) & 0o170000 {
    case 0o100000, 0: return .file
    case 0o040000: return .directory
    case 0o120000: return .link
    default: return .special
    }
  }
}

extension String {
  /// The bytes of a C string, whatever their encoding.
  static func bytes(of text: UnsafePointer<CChar>) -> UnsafeRawBufferPointer {
    var length = 0
    while text[length] != 0 { length += 1 }
    return UnsafeRawBufferPointer(start: text, count: length)
  }
}
