/// The packed layout of Faiss' 4-bit fast scan: blocks of 32 vectors, 16 bytes for each sub-quantizer.
///
/// Byte t holds the number of vector order[t] in its low nibble and that of order[t] + 16 in its high one.
enum FaissPacking {
  private static let order = [0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15]

  /// Codes of `pairs` bytes, one after the other, packed; the last block is filled up with zeros.
  static func packed(_ codes: [UInt8], pairs: Int) -> [UInt8] {
    let count = codes.count / pairs
    var packed = [UInt8](repeating: 0, count: (count + 31) / 32 * 32 * pairs)
    eachNibble(count, pairs: pairs) { vector, pair, half, byte, shift in
      packed[byte] |= (codes[vector * pairs + pair] >> (half * 4) & 15) << shift
    }
    return packed
  }

  /// The opposite: `count` codes of `pairs` bytes.
  static func unpacked(_ packed: [UInt8], count: Int, pairs: Int) -> [UInt8] {
    var codes = [UInt8](repeating: 0, count: count * pairs)
    eachNibble(count, pairs: pairs) { vector, pair, half, byte, shift in
      codes[vector * pairs + pair] |= (packed[byte] >> shift & 15) << (half * 4)
    }
    return codes
  }

  @inline(__always)
  private static func eachNibble(
    _ count: Int, pairs: Int,
    _ body: (_ vector: Int, _ pair: Int, _ half: UInt8, _ byte: Int, _ shift: UInt8) -> Void
  ) {
    for block in stride(from: 0, to: count, by: 32) {
      for pair in 0..<pairs {
        for half in 0..<2 {
          let row = block * pairs + pair * 32 + half * 16
          for (t, first) in order.enumerated() {
            if block + first < count { body(block + first, pair, UInt8(half), row + t, 0) }
            if block + first + 16 < count { body(block + first + 16, pair, UInt8(half), row + t, 4) }
          }
        }
      }
    }
  }
}
