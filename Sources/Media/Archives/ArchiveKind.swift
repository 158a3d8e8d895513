/// What an archive is by its first bytes.
public enum ArchiveKind: Sendable, Equatable {
  public enum Compression: String, Sendable { case none, gzip, bzip2, xz, zstd }
  case tar(Compression)
  case zip
  case sevenZip
  /// A folder, read as an archive of its files.
  case folder
  /// A lone picture or text, perhaps a compressed text, read as an archive of one entry.
  case file(Compression)
}

extension ArchiveKind {
  /// Whether more bytes may come out of it than it has.
  var inflates: Bool {
    switch self {
    case .tar(.none), .file(.none), .folder: false
    case .tar, .file, .zip, .sevenZip: true
    }
  }

  /// Bytes that are enough to tell.
  static let headSize = 512

  /// The archive that starts with these bytes; nil if they start none.
  init?(head: [UInt8]) {
    func starts(_ magic: [UInt8]) -> Bool { head.starts(with: magic) }
    if starts([0x1F, 0x8B]) {
      self = .tar(.gzip)
    } else if starts(Array("BZh".utf8)) {
      self = .tar(.bzip2)
    } else if starts([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]) {
      self = .tar(.xz)
    } else if starts([0x28, 0xB5, 0x2F, 0xFD]) {
      self = .tar(.zstd)
    } else if starts(Array("PK".utf8) + [3, 4]) || starts(Array("PK".utf8) + [5, 6]) {
      self = .zip
    } else if starts([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]) {
      self = .sevenZip
    } else if Self.isTarHeader(head) {
      self = .tar(.none)
    } else {
      return nil
    }
  }

  /// A tar header has "ustar" in its place, or (before POSIX) a right checksum; an empty tar is zeros.
  private static func isTarHeader(_ head: [UInt8]) -> Bool {
    guard head.count >= 512 else { return false }
    if head[257..<262].elementsEqual("ustar".utf8) { return true }
    if head[0] == 0 { return head[0..<512].allSatisfy { $0 == 0 } }
    var stored = 0
    for byte in head[148..<156].drop(while: { $0 == 0x20 }) {
      guard (0x30...0x37).contains(byte) else { break }
      stored = stored << 3 | Int(byte & 7)
    }
    let sum = head[0..<148].reduce(0) { $0 + Int($1) } + head[156..<512].reduce(0) { $0 + Int($1) }
    return stored == sum + 8 * 0x20
  }
}
