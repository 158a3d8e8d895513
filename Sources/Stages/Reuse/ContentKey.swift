package import Artifacts
import Media

/// What a row was made of, as a number of 256 bits: the digest of all of a record that its embedder looks at.
package struct ContentKey: Sendable, Hashable, Comparable {
  /// Big-endian words of the digest, so that keys and their hexadecimal digits have one order.
  package let words: (UInt64, UInt64, UInt64, UInt64)

  package init(_ a: UInt64, _ b: UInt64, _ c: UInt64, _ d: UInt64) { words = (a, b, c, d) }

  package init(_ digest: Digest) { self.init(hex: digest.hex)! }

  /// Takes 64 hexadecimal digits; nil for anything else.
  package init?(hex: String) {
    var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    var place = 0
    for digit in hex.utf8 {
      let value: UInt8
      switch digit {
      case 48...57: value = digit - 48
      case 97...102: value = digit - 87
      default: return nil
      }
      switch place >> 4 {
      case 0: words.0 = words.0 << 4 | UInt64(value)
      case 1: words.1 = words.1 << 4 | UInt64(value)
      case 2: words.2 = words.2 << 4 | UInt64(value)
      case 3: words.3 = words.3 << 4 | UInt64(value)
      default: return nil
      }
      place += 1
    }
    guard place == 64 else { return nil }
    self.words = words
  }

  package static func == (one: ContentKey, other: ContentKey) -> Bool { one.words == other.words }
  package static func < (one: ContentKey, other: ContentKey) -> Bool { one.words < other.words }

  package func hash(into hasher: inout Hasher) { hasher.combine(words.0) }

  /// 32 bytes.
  static let size = 32
  func append(to bytes: inout [UInt8]) {
    func add(_ word: UInt64) {
      for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(shift))) }
    }
    add(words.0)
    add(words.1)
    add(words.2)
    add(words.3)
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
