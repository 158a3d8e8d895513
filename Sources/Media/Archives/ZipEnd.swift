/// The end record of a zip, in its 32-bit or its 64-bit form.
struct ZipEnd {
  var count: Int
  /// Bits of the count that the record can hold.
  var countMask: Int
  var directorySize: Int
  var directoryOffset: Int
  /// Where the central directory ends in the file.
  var directoryEnd: Int

  /// Looks for the record from the end of the file on; nil if there is none.
  init?(_ file: ByteFile) throws(ArchiveError) {
    let tailSize = min(file.size, 22 + 65_535)
    let tail = try file.bytes(at: file.size - tailSize, count: tailSize)
    guard tail.count >= 22 else { return nil }
    for at in stride(from: tail.count - 22, through: 0, by: -1)
    where tail[at] == 0x50 && tail.little32(at) == 0x0605_4B50 {
      guard at + 22 + Int(tail.little16(at + 20)) <= tail.count else { continue }
      let end = file.size - tailSize + at
      self.init(tail, at, end)
      if let wide = try Self.wide(file, before: end) { self = wide }
      return
    }
    return nil
  }

  private init(_ tail: [UInt8], _ at: Int, _ end: Int) {
    count = Int(tail.little16(at + 10))
    countMask = 0xFFFF
    directorySize = Int(tail.little32(at + 12))
    directoryOffset = Int(tail.little32(at + 16))
    directoryEnd = end
  }

  private static func wide(_ file: ByteFile, before end: Int) throws(ArchiveError) -> ZipEnd? {
    guard end >= 20 else { return nil }
    let locator = try file.bytes(at: end - 20, count: 20)
    guard locator.count == 20, locator.little32(0) == 0x0706_4B50, let start = locator.little63(8),
      start <= file.size
    else { return nil }
    let record = try file.bytes(at: start, count: 56)
    guard record.count == 56, record.little32(0) == 0x0606_4B50, let count = record.little63(32),
      let size = record.little63(40), let offset = record.little63(48)
    else { return nil }
    return ZipEnd(
      count: count, countMask: .max, directorySize: size, directoryOffset: offset, directoryEnd: start)
  }

  private init(count: Int, countMask: Int, directorySize: Int, directoryOffset: Int, directoryEnd: Int) {
    self.count = count
    self.countMask = countMask
    self.directorySize = directorySize
    self.directoryOffset = directoryOffset
    self.directoryEnd = directoryEnd
  }
}

extension Array where Element == UInt8 {
  func little16(_ at: Int) -> UInt16 { UInt16(self[at]) | UInt16(self[at + 1]) << 8 }

  func little32(_ at: Int) -> UInt32 { UInt32(little16(at)) | UInt32(little16(at + 2)) << 16 }

  /// A 64-bit number; nil if it does not fit a size.
  func little63(_ at: Int) -> Int? {
    Int(exactly: UInt64(little32(at)) | UInt64(little32(at + 4)) << 32)
  }

  func big16(_ at: Int) -> Int { Int(self[at]) << 8 | Int(self[at + 1]) }

  func big32(_ at: Int) -> Int { big16(at) << 16 | big16(at + 2) }
}
