/// Reads little-endian numbers one after another.
struct ByteReader {
  private let bytes: [UInt8]
  private(set) var place: Int

  init(_ bytes: [UInt8], at place: Int = 0) {
    self.bytes = bytes
    self.place = place
  }

  /// The next number; the caller has seen to it that it is there.
  mutating func number<Number: FixedWidthInteger>(_ type: Number.Type = Number.self) -> Number {
    var value: UInt64 = 0
    for offset in 0..<Number.bitWidth / 8 { value |= UInt64(bytes[place + offset]) << UInt64(8 * offset) }
    place += Number.bitWidth / 8
    return Number(truncatingIfNeeded: value)
  }

  static func int32s(_ bytes: [UInt8], _ range: Range<Int>) -> [Int32] {
    var reader = ByteReader(bytes, at: range.lowerBound)
    return (0..<range.count / 4).map { _ in reader.number() }
  }

  static func floats(_ bytes: [UInt8], _ range: Range<Int>) -> [Float] {
    var reader = ByteReader(bytes, at: range.lowerBound)
    return (0..<range.count / 4).map { _ in Float(bitPattern: reader.number()) }
  }
}

extension [UInt8] {
  /// Adds a number's bytes, the lowest first.
  mutating func append(littleEndian value: some FixedWidthInteger) {
    for shift in stride(from: 0, to: value.bitWidth, by: 8) {
      append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }
}
