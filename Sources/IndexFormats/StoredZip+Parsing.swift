extension StoredZip {
  /// Reads an archive, by its central directory.
  ///
  /// - Throws: `IndexFormatError` if it is damaged, or a member is compressed.
  package init(parsing archive: [UInt8], subject: String) throws {
    self.init()
    let reader = LittleEndianReader(archive, subject: subject)
    guard let end = Self.endRecord(in: archive) else { throw reader.failure("it is no zip archive, or cut short") }
    let count = Int(try reader.uint16(at: end + 10))
    var at = Int(try reader.uint32(at: end + 16))
    for _ in 0..<count {
      guard try reader.uint32(at: at) == 0x0201_4B50 else { throw reader.failure("its directory is damaged") }
      let nameLength = Int(try reader.uint16(at: at + 28))
      let name = String(decoding: try reader.bytes(at: at + 46, count: nameLength), as: UTF8.self)
      guard try reader.uint16(at: at + 10) == 0 else {
        throw reader.failure("member \(name) is compressed; save it with numpy.savez")
      }
      let local = Int(try reader.uint32(at: at + 42))
      let skipped = Int(try reader.uint16(at: local + 26)) + Int(try reader.uint16(at: local + 28))
      let content = try reader.bytes(at: local + 30 + skipped, count: Int(try reader.uint32(at: at + 24)))
      guard CRC32.checksum(content) == (try reader.uint32(at: at + 16)) else {
        throw reader.failure("the checksum of member \(name) does not match")
      }
      members.append((name, Array(content)))
      at += 46 + nameLength + Int(try reader.uint16(at: at + 30)) + Int(try reader.uint16(at: at + 32))
    }
  }

  /// Where the end record starts: at the very end, but for a comment.
  private static func endRecord(in archive: [UInt8]) -> Int? {
    guard archive.count >= 22 else { return nil }
    let lowest = max(0, archive.count - 22 - 65_535)
    return (lowest...archive.count - 22).last { archive[$0..<$0 + 4].elementsEqual([0x50, 0x4B, 5, 6]) }
  }
}

/// Reads little-endian numbers out of bytes, with the bounds checked.
struct LittleEndianReader {
  private let content: [UInt8]
  private let subject: String

  init(_ content: [UInt8], subject: String) {
    self.content = content
    self.subject = subject
  }

  func failure(_ reason: String) -> IndexFormatError { IndexFormatError(.invalid, subject, reason) }

  func bytes(at offset: Int, count: Int) throws -> ArraySlice<UInt8> {
    guard offset >= 0, count >= 0, count <= content.count, offset <= content.count - count else {
      throw failure("it is cut short")
    }
    return content[offset..<offset + count]
  }

  func uint16(at offset: Int) throws -> UInt16 {
    try bytes(at: offset, count: 2).reversed().reduce(0) { $0 << 8 | UInt16($1) }
  }

  func uint32(at offset: Int) throws -> UInt32 {
    try bytes(at: offset, count: 4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }
}
