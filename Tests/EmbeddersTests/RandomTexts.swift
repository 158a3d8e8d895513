import Tensors

/// Texts of words from many scripts, of one line each.
struct RandomTexts {
  private var random: SeededRandom

  init(seed: UInt64) { random = SeededRandom(seed: seed) }

  /// Lines in which Unicode's rules meet.
  static let awkward = [
    "", " ", "ΟΔΥΣΣΕΥΣ ΣΑΣ Σ ΑΣ. ΑΣ\u{301} Α\u{301}Σ ΑΣ\u{AD} Σ\u{345}Α 1Σ", "İSTANBUL Iğdır ıI", "ǅ ǅǅ ŉ ﬀ ẞ",
    "½¼ x² Ⅷ ↉ ௰ 〇 一 𝟘𝟙 ⑳", "e\u{301}e\u{301} नमस्ते สวัสดี", "😀👩‍👩‍👧 a😀b 👍🏽👍🏽", "_ __ a_ _1", "tab\tnbsp\u{A0}nel\u{85}ls\u{2028}fs\u{1C}z",
    "한국어 조선말 \u{1112}\u{1161}\u{11AB}", "\u{FEFF}bom\u{200B}zero\u{200D}width", "ﷺ ㎏ ㈱ Å Ω ｆｕｌｌ",
  ]

  mutating func next() -> String {
    var text = ""
    for _ in 0..<random.below(30) {
      let alphabet = Self.alphabets[random.below(Self.alphabets.count)]
      for _ in 0..<random.below(9) { text.unicodeScalars.append(letter(alphabet)) }
      text += Self.separators[random.below(Self.separators.count)]
    }
    return text
  }

  /// A scalar of the range that Python's tables know too, and that does not end the line.
  private mutating func letter(_ alphabet: ClosedRange<UInt32>) -> Unicode.Scalar {
    while true {
      guard let scalar = Unicode.Scalar(alphabet.lowerBound + UInt32(random.below(alphabet.count))),
        Self.isOld(scalar), scalar != "\n"
      else { continue }
      return scalar
    }
  }

  /// Whether the character is as old as the Unicode tables of any Python in use, and was not changed since: U+0295 is no
  /// small letter any more, and U+1171E another kind of mark.
  static func isOld(_ scalar: Unicode.Scalar) -> Bool {
    guard let age = scalar.properties.age else { return false }
    return age.major <= 13 && scalar.value != 0x295 && scalar.value != 0x1171E
  }

  private static let alphabets: [ClosedRange<UInt32>] = [
    0x20...0x7E, 0x61...0x7A, 0x41...0x5A, 0x30...0x39, 0xA0...0xFF, 0x100...0x24F, 0x250...0x36F, 0x391...0x3C9,
    0x3A3...0x3A3, 0x400...0x4FF, 0x530...0x5FF, 0x600...0x6FF, 0x900...0x97F, 0xE00...0xE7F, 0x10A0...0x10FF,
    0x13A0...0x13FF, 0x1C80...0x1CBF, 0x1E00...0x1FFF, 0x2000...0x206F, 0x2070...0x218F, 0x2460...0x24FF, 0x2C00...0x2DFF,
    0x3000...0x30FF, 0x3200...0x33FF, 0x4E00...0x4FFF, 0xA640...0xA7FF, 0xAC00...0xADFF, 0xFB00...0xFDFF, 0xFF00...0xFFEF,
    0x10400...0x1044F, 0x1D400...0x1D7FF, 0x1F300...0x1F64F,
  ]
  private static let separators = [" ", " ", " ", "", "  ", ", ", ".", "'", "-", "\t", "\u{A0}", "\r", "\u{2003} "]
}
