/// MurmurHash3 for x86, 32 bits, by Austin Appleby (https://github.com/aappleby/smhasher, public domain), from its
/// published description.
package enum MurmurHash3 {
  /// The hash of `bytes[range]`, as scikit-learn takes it: a signed number, seed 0 unless told.
  @inline(__always)
  package static func hash(_ bytes: [UInt8], _ range: Range<Int>, seed: UInt32 = 0) -> Int32 {
    var state = seed
    var place = range.lowerBound
    while place + 4 <= range.upperBound {
      let word =
        UInt32(bytes[place]) | UInt32(bytes[place + 1]) << 8 | UInt32(bytes[place + 2]) << 16
        | UInt32(bytes[place + 3]) << 24
      state ^= scrambled(word)
      state = (state << 13 | state >> 19) &* 5 &+ 0xE654_6B64
      place += 4
    }
    if place < range.upperBound {
      var tail: UInt32 = 0
      for back in (place..<range.upperBound).reversed() { tail = tail << 8 | UInt32(bytes[back]) }
      state ^= scrambled(tail)
    }
    return Int32(bitPattern: finished(state ^ UInt32(truncatingIfNeeded: range.count)))
  }

  @inline(__always)
  private static func scrambled(_ word: UInt32) -> UInt32 {
    let product = word &* 0xCC9E_2D51
    return (product << 15 | product >> 17) &* 0x1B87_3593
  }

  @inline(__always)
  private static func finished(_ state: UInt32) -> UInt32 {
    var mixed = state
    mixed ^= mixed >> 16
    mixed = mixed &* 0x85EB_CA6B
    mixed ^= mixed >> 13
    mixed = mixed &* 0xC2B2_AE35
    return mixed ^ mixed >> 16
  }
}
