import Crypto

/// SHA-256 as records carry it.
enum ContentDigest {
  /// 64 lower-case hexadecimal digits.
  static func hex(of bytes: [UInt8]) -> String { hex(SHA256.hash(data: bytes)) }

  static func hex(of bytes: UnsafeRawBufferPointer) -> String {
    var hash = SHA256()
    hash.update(bufferPointer: bytes)
    return hex(hash.finalize())
  }

  static func hex(of text: String) -> String { hex(of: Array(text.utf8)) }

  /// The first 63 bits of the SHA-256 of the parts with a NUL between them, as a number that is never negative.
  static func identity(_ parts: String...) -> Int64 {
    var bytes: [UInt8] = []
    for part in parts {
      if !bytes.isEmpty { bytes.append(0) }
      bytes.append(contentsOf: part.utf8)
    }
    return leading63Bits(SHA256.hash(data: bytes))
  }

  /// The first 63 bits of a digest in hexadecimal digits.
  static func identity(hex: String) -> Int64 {
    Int64(bitPattern: (UInt64(hex.prefix(16), radix: 16) ?? 0) >> 1)
  }

  private static func leading63Bits(_ digest: SHA256.Digest) -> Int64 {
    var bits: UInt64 = 0
    for byte in digest.prefix(8) { bits = bits << 8 | UInt64(byte) }
    return Int64(bitPattern: bits >> 1)
  }

  private static func hex(_ digest: SHA256.Digest) -> String { hex(digest: digest) }

  /// The digits of a digest's 32 bytes.
  static func hex(digest: some Sequence<UInt8>) -> String {
    String(unsafeUninitializedCapacity: 64) { out in
      var i = 0
      for byte in digest {
        out[i] = digit(byte >> 4)
        out[i + 1] = digit(byte & 15)
        i += 2
      }
      return i
    }
  }

  private static func digit(_ value: UInt8) -> UInt8 {
    value + (value < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10)
  }
}
