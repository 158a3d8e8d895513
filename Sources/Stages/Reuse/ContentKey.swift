import Artifacts
import Media

/// What a row was made of, as a number of 256 bits: the digest of all of a record that its embedder looks at.
struct ContentKey: Sendable, Hashable, Comparable {
  /// Big-endian words of the digest, so that keys and their hexadecimal digits have one order.
  let words: (UInt64, UInt64, UInt64, UInt64)

  init(_ a: UInt64, _ b: UInt64, _ c: UInt64, _ d: UInt64) { words = (a, b, c, d) }

  init(_ digest: Digest) { self.init(hex: digest.hex)! }

  /// Takes 64 hexadecimal digits; nil for anything else.
  init?(hex: String) {
    var words: [UInt64] = [0, 0, 0, 0]
    var place = 0
    for digit in hex.utf8 {
      let value: UInt8
      switch digit {
      case 48...57: value = digit - 48
      case 97...102: value = digit - 87
      default: return nil
      }
      guard place < 64 else { return nil }
      words[place / 16] = words[place / 16] << 4 | UInt64(value)
      place += 1
    }
    guard place == 64 else { return nil }
    self.init(words[0], words[1], words[2], words[3])
  }

  static func == (one: ContentKey, other: ContentKey) -> Bool { one.words == other.words }
  static func < (one: ContentKey, other: ContentKey) -> Bool { one.words < other.words }

  func hash(into hasher: inout Hasher) { hasher.combine(words.0) }

  /// 32 bytes.
  static let size = 32
  var bytes: [UInt8] {
    [words.0, words.1, words.2, words.3].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * $0)) } }
  }
}

extension ContentKey {
  /// Of a record whose embedder sees the content alone, such as a picture's bytes.
  static func ofContent(_ record: Record) -> ContentKey {
    ContentKey(hex: record.digest) ?? ContentKey(Digest(of: record.digest))
  }

  /// Of a text that is embedded, wherever in the record it came from: a row of a table, a caption.
  static func ofText(_ text: String) -> ContentKey { ContentKey(Digest(of: text)) }

  /// Of an entry that a program gets with its name.
  static func ofEntry(_ record: Record) -> ContentKey {
    var hasher = Digest.Hasher()
    hasher.field("entry")
    hasher.field(record.entry)
    hasher.field(record.digest)
    return ContentKey(hasher.finish())
  }
}
