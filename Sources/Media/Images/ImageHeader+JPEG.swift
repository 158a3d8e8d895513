extension ImageHeader {
  /// Walks the segments up to the frame header (ITU-T T.81, annex B).
  static func jpeg(_ bytes: [UInt8]) throws(ImageError) -> ImageHeader {
    var orientation = 1
    var at = 2
    while true {
      while at < bytes.count, bytes[at] != 0xFF { at += 1 }  // stray bytes, which decoders pass over too
      while at < bytes.count, bytes[at] == 0xFF { at += 1 }
      guard at + 2 < bytes.count else { throw ImageError(.truncated, "the JPEG ends before its frame header") }
      let marker = bytes[at]
      at += 1
      if marker == 0 || marker == 0x01 || (0xD0...0xD8).contains(marker) { continue }
      let length = bytes.big16(at)
      guard marker != 0xD9, marker != 0xDA, length >= 2 else {
        throw ImageError(.malformed, "the JPEG has no frame header")
      }
      if isFrame(marker) {
        var header = try frame(bytes, at, marker)
        header.orientation = orientation
        return header
      }
      if marker == 0xE1, at + length <= bytes.count, bytes[(at + 2)...].starts(with: "Exif\0\0".utf8) {
        orientation = exifOrientation(bytes[at + 8..<at + max(length, 8)]) ?? orientation
      }
      at += length
    }
  }

  /// SOF0 to SOF15; DHT, JPG and DAC have numbers among them.
  private static func isFrame(_ marker: UInt8) -> Bool {
    (0xC0...0xCF).contains(marker) && marker != 0xC4 && marker != 0xC8 && marker != 0xCC
  }

  private static func frame(_ bytes: [UInt8], _ at: Int, _ marker: UInt8) throws(ImageError) -> ImageHeader {
    guard at + 8 <= bytes.count else { throw ImageError(.truncated, "the JPEG's frame header is cut short") }
    guard [0xC0, 0xC1, 0xC2, 0xC9, 0xCA].contains(marker) else {
      throw ImageError(.unsupportedFormat, "lossless and hierarchical JPEG are not read")
    }
    guard bytes[at + 2] == 8 else {
      throw ImageError(.unsupportedFormat, "\(bytes[at + 2])-bit JPEG is not read")
    }
    let channels = Int(bytes[at + 7])
    guard [1, 3, 4].contains(channels) else {
      throw ImageError(.unsupportedFormat, "a JPEG with \(channels) components is not read")
    }
    return ImageHeader(
      type: .jpeg, width: bytes.big16(at + 5), height: bytes.big16(at + 3), channels: channels)
  }

  /// Tag 0x0112 of the first directory of an EXIF block (a TIFF header and what follows).
  static func exifOrientation(_ tiff: ArraySlice<UInt8>) -> Int? {
    let bytes = Array(tiff)
    guard bytes.count >= 8 else { return nil }
    let isLittle = bytes[0] == 0x49
    func number16(_ at: Int) -> Int { isLittle ? Int(bytes.little16(at)) : bytes.big16(at) }
    let start = isLittle ? Int(bytes.little32(4)) : bytes.big32(4)
    guard start >= 8, start + 2 <= bytes.count else { return nil }
    for i in 0..<number16(start) {
      let entry = start + 2 + 12 * i
      guard entry + 12 <= bytes.count else { return nil }
      guard number16(entry) == 0x0112 else { continue }
      let value = number16(entry + 8)
      return number16(entry + 2) == 3 && (1...8).contains(value) ? value : nil
    }
    return nil
  }
}
