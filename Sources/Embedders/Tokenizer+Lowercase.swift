extension Tokenizer {
  /// Lower-cases valid UTF-8 by Unicode's full mapping, with the final sigma rule, as Python's `str.lower` does.
  static func lowercased(_ text: [UInt8]) -> [UInt8] {
    var all: UInt8 = 0
    for byte in text { all |= byte }
    if all >= 0x80 { return lowercasedUnicode(text) }
    var lowered = text
    // Without a branch, so that the compiler makes vector code of it.
    for place in lowered.indices {
      let byte = lowered[place]
      lowered[place] = byte | (byte &- 65 < 26 ? 0x20 : 0)
    }
    return lowered
  }

  private static func lowercasedUnicode(_ text: [UInt8]) -> [UInt8] {
    var lowered: [UInt8] = []
    lowered.reserveCapacity(text.count + text.count / 8)
    var place = 0
    while place < text.count {
      let byte = text[place]
      if byte < 0x80 {
        lowered.append(byte | (byte &- 65 < 26 ? 0x20 : 0))
        place += 1
        continue
      }
      let (value, length) = UTF8Reading.scalar(in: text, at: place)
      if value == 0x3A3 {
        lowered.append(0xCF)
        lowered.append(isFinalSigma(text, at: place) ? 0x82 : 0x83)
      } else if ScalarTraits.of(value).contains(.lowers), let scalar = Unicode.Scalar(value) {
        lowered.append(contentsOf: scalar.properties.lowercaseMapping.utf8)
      } else {
        for offset in 0..<length { lowered.append(text[place + offset]) }
      }
      place += length
    }
    return lowered
  }

  /// Unicode's Final_Sigma: a cased letter stands before, none behind, whatever is case-ignorable left aside.
  private static func isFinalSigma(_ text: [UInt8], at sigma: Int) -> Bool {
    var before: ScalarTraits = []
    var place = sigma
    while place > 0 {
      place = UTF8Reading.start(before: place, in: text)
      before = ScalarTraits.of(UTF8Reading.scalar(in: text, at: place).value)
      if !before.contains(.caseIgnorable) { break }
    }
    guard before.contains(.cased), !before.contains(.caseIgnorable) else { return false }
    place = sigma + 2
    while place < text.count {
      let (value, length) = UTF8Reading.scalar(in: text, at: place)
      let behind = ScalarTraits.of(value)
      if !behind.contains(.caseIgnorable) { return !behind.contains(.cased) }
      place += length
    }
    return true
  }
}
