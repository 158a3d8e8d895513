import Crypto

/// A SHA-256 digest: how every file, entry, option set and key of Vecmill is named.
public struct Digest: Sendable, Hashable, Codable, CustomStringConvertible {
  /// 64 lower-case hexadecimal digits.
  public let hex: String

  /// Takes 64 hexadecimal digits; nil for anything else.
  public init?(hex: String) {
    guard hex.utf8.count == 64, hex.utf8.allSatisfy({ Self.digits.contains($0) }) else { return nil }
    self.hex = hex
  }

  /// The digest of some bytes.
  public init(of bytes: [UInt8]) {
    var hasher = Hasher()
    hasher.update(bytes)
    self = hasher.finish()
  }

  /// The digest of a text's UTF-8.
  public init(of text: String) { self.init(of: Array(text.utf8)) }

  /// From a digest's 32 bytes.
  init(bytes digest: some Sequence<UInt8>) {
    var characters: [UInt8] = []
    characters.reserveCapacity(64)
    for byte in digest {
      characters.append(Self.digits[Int(byte >> 4)])
      characters.append(Self.digits[Int(byte & 15)])
    }
    hex = String(decoding: characters, as: UTF8.self)
  }

  /// The first 63 bits as a number that is never negative: how a record's id is made.
  public var leading63Bits: Int64 {
    Int64(bitPattern: UInt64(hex.prefix(16), radix: 16)! >> 1)
  }

  public var description: String { hex }

  private static let digits = Array("0123456789abcdef".utf8)

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let digest = Digest(hex: try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a SHA-256 digest")
    }
    self = digest
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(hex)
  }

  /// Digests a stream, piece by piece.
  public struct Hasher: Sendable {
    private var hash = SHA256()
    public init() {}
    public mutating func update(_ bytes: [UInt8]) { hash.update(data: bytes) }
    public mutating func update(_ bytes: UnsafeRawBufferPointer) { hash.update(bufferPointer: bytes) }
    public func finish() -> Digest { Digest(bytes: hash.finalize()) }
  }
}
