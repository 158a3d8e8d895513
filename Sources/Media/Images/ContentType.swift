/// What bytes are, by their first ones; names are not asked.
public enum ContentType: String, Sendable, CaseIterable {
  case jpeg, png, gif, webp, bmp, tiff, avif, jxl, svg, pdf
  case zip, gzip, bzip2, xz, zstd
  case sevenZip = "7z"
  case rar, tar

  public var isArchive: Bool {
    switch self {
    case .zip, .gzip, .bzip2, .xz, .zstd, .sevenZip, .rar, .tar: true
    default: false
    }
  }

  /// The type that starts with these bytes; nil for anything else, text among it.
  public init?(of head: [UInt8]) {
    func at(_ offset: Int, _ magic: String) -> Bool { head.dropFirst(offset).starts(with: magic.utf8) }
    if head.starts(with: [0xFF, 0xD8, 0xFF]) {
      self = .jpeg
    } else if head.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      self = .png
    } else if at(0, "GIF87a") || at(0, "GIF89a") {
      self = .gif
    } else if at(0, "RIFF"), at(8, "WEBP") {
      self = .webp
    } else if head.starts(with: [0x49, 0x49, 0x2A, 0]) || head.starts(with: [0x4D, 0x4D, 0, 0x2A]) {
      self = .tiff
    } else if at(0, "BM"), head.count >= 18, head[6..<10].allSatisfy({ $0 == 0 }) {
      self = .bmp
    } else if at(4, "ftypavif") || at(4, "ftypavis") {
      self = .avif
    } else if head.starts(with: [0xFF, 0x0A]) || head.starts(with: [0, 0, 0, 0x0C, 0x4A, 0x58, 0x4C, 0x20]) {
      self = .jxl
    } else if at(0, "%PDF-") {
      self = .pdf
    } else if at(0, "Rar!") {
      self = .rar
    } else if let archive = Self.archive(head) {
      self = archive
    } else if Self.isSVG(head) {
      self = .svg
    } else {
      return nil
    }
  }

  private static func archive(_ head: [UInt8]) -> ContentType? {
    if head.first == 0, head.allSatisfy({ $0 == 0 }) { return nil }
    return switch ArchiveKind(head: Array(head.prefix(ArchiveKind.headSize))) {
    case .zip: .zip
    case .sevenZip: .sevenZip
    case .tar(.none): .tar
    case .tar(.gzip): .gzip
    case .tar(.bzip2): .bzip2
    case .tar(.xz): .xz
    case .tar(.zstd): .zstd
    case .folder, .file, nil: nil
    }
  }

  private static func isSVG(_ head: [UInt8]) -> Bool {
    guard head.first(where: { !$0.isASCIISpace }) == UInt8(ascii: "<") else { return false }
    return head.prefix(1024).split(separator: UInt8(ascii: "<")).contains { $0.starts(with: "svg".utf8) }
  }
}

extension UInt8 {
  var isASCIISpace: Bool { self == 0x20 || (0x09...0x0D).contains(self) }
}
