import CArchive

/// The entries of a tar, plain or compressed, or of a 7z, as libarchive finds them.
final class LibarchiveWalk: EntryWalk {
  private let handle: LibarchiveHandle
  private let source: any ByteSource
  /// The file, where entries lie in it as they are.
  private let plain: ByteFile?
  private let drains: Bool
  private var count = 0

  /// Bytes that may follow the end of a compressed tar: the padding of the largest tape blocks, with room to spare.
  private static let maxTrailingBytes = 16 << 20

  init(tar file: ByteFile, _ compression: ArchiveKind.Compression, limits: ArchiveLimits) throws(ArchiveError) {
    let inflated = try file.inflated(compression)
    source = compression == .none ? inflated : CappedSource(inflated, limits)
    plain = compression == .none ? file : nil
    drains = compression != .none
    handle = try LibarchiveHandle(source, format: .tar)
  }

  init(sevenZip file: ByteFile) throws(ArchiveError) {
    source = FileSource(file)
    plain = nil
    drains = false
    handle = try LibarchiveHandle(source, format: .sevenZip)
  }

  var bytesRead: Int { max(source.bytesRead, handle.bytesRead) }

  func next() throws(ArchiveError) -> EntryHeader? {
    guard let entry = try handle.nextHeader() else { return nil }
    var header = EntryHeader(
      name: Self.name(of: entry), kind: Self.kind(of: entry),
      size: archive_entry_size_is_set(entry) != 0 ? Int(archive_entry_size(entry)) : nil,
      isEncrypted: archive_entry_is_encrypted(entry) != 0)
    count += 1
    if let plain, header.kind == .file, let size = header.size, try isPlain(plain, size) {
      header.offset = handle.position
    }
    return header
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(EntryFailure) -> Int {
    try handle.read(into: buffer)
  }

  /// Whether the entry's content lies in the file as it is: the header before it says the size that libarchive says.
  /// A sparse file has its map there, or a smaller size.
  private func isPlain(_ file: ByteFile, _ size: Int) throws(ArchiveError) -> Bool {
    let offset = handle.position
    guard offset >= 512, size <= file.size, offset <= file.size - size else { return false }
    let header = try file.bytes(at: offset - 512, count: 512)
    guard header.count == 512, [0, UInt8(ascii: "0"), UInt8(ascii: "7")].contains(header[156]) else { return false }
    var stored = 0
    for byte in header[124..<136].drop(while: { $0 == 0x20 }) {
      guard (0x30...0x37).contains(byte) else { break }
      stored = stored << 3 | Int(byte & 7)
    }
    return stored == size
  }

  /// Reads a compressed stream to its end, where its checksum is; a tar without entries must be all zeros.
  func finish() throws(ArchiveError) {
    if let plain, count == 0 { try requireZeros(FileSource(plain)) }
    if drains { try drain(source) }
  }

  private func requireZeros(_ source: any ByteSource) throws(ArchiveError) {
    try drain(source) { (bytes) throws(ArchiveError) in
      guard bytes.allSatisfy({ $0 == 0 }) else {
        throw ArchiveError(
          archive: source.archive, offset: 0, code: .unsupportedFormat,
          message: "it is no tar, though it starts with zeros")
      }
    }
  }

  private func drain(
    _ source: any ByteSource, _ check: (Slice<UnsafeMutableRawBufferPointer>) throws(ArchiveError) -> Void = { _ in }
  ) throws(ArchiveError) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 64)
    defer { buffer.deallocate() }
    var trailing = 0
    while true {
      let count = try source.read(into: buffer)
      if count == 0 { return }
      try check(buffer[..<count])
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
