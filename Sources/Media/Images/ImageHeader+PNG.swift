extension ImageHeader {
  /// Reads IHDR, and eXIf if it comes before the pixels (https://www.w3.org/TR/png-3/).
  static func png(_ bytes: [UInt8]) throws(ImageError) -> ImageHeader {
    guard bytes.count >= 33 else { throw ImageError(.truncated, "the PNG ends in its header") }
    guard bytes.big32(8) == 13, bytes[12..<16].elementsEqual("IHDR".utf8) else {
      throw ImageError(.malformed, "the PNG does not start with IHDR")
    }
    let depth = bytes[24]
    let colour = bytes[25]
    let depths: [UInt8: (channels: Int, depths: Set<UInt8>)] = [
      0: (1, [1, 2, 4, 8, 16]), 2: (3, [8, 16]), 3: (1, [1, 2, 4, 8]), 4: (2, [8, 16]), 6: (4, [8, 16]),
    ]
    guard let known = depths[colour], known.depths.contains(depth) else {
      throw ImageError(.malformed, "colour type \(colour) with \(depth) bits does not exist")
    }
    let width = bytes.big32(16)
    let height = bytes.big32(20)
    guard width <= Int(Int32.max), height <= Int(Int32.max) else {
      throw ImageError(.malformed, "the PNG's sides are no valid numbers")
    }
    var header = ImageHeader(type: .png, width: width, height: height, channels: known.channels)
    header.orientation = pngOrientation(bytes) ?? 1
    return header
  }

  private static func pngOrientation(_ bytes: [UInt8]) -> Int? {
    var at = 33
    while at + 12 <= bytes.count {
      let length = bytes.big32(at)
      let type = bytes[at + 4..<at + 8]
      if type.elementsEqual("IDAT".utf8) || length > bytes.count - at - 12 { return nil }
      if type.elementsEqual("eXIf".utf8) { return exifOrientation(bytes[at + 8..<at + 8 + length]) }
      at += 12 + length
    }
    return nil
  }
}
