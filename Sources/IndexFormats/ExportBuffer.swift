/// Bytes in the making: little endian, unaligned.
struct ExportBuffer {
  var bytes: [UInt8] = []

  var count: Int { bytes.count }

  mutating func put(_ more: some Sequence<UInt8>) { bytes.append(contentsOf: more) }
  mutating func put(text: String) { bytes.append(contentsOf: text.utf8) }

  mutating func put(_ number: some FixedWidthInteger) {
    var rest = UInt64(truncatingIfNeeded: number)
    for _ in 0..<number.bitWidth / 8 {
      bytes.append(UInt8(truncatingIfNeeded: rest))
      rest >>= 8
    }
  }

  mutating func put(_ number: Double) { put(number.bitPattern) }
}
