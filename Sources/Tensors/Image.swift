/// A picture of 8-bit red, green, blue values, interleaved, row after row from the top: `height * width * 3` bytes.
///
/// Every decoder ends here, whatever the file held: greyscale and palettes are spread to three channels,
/// transparency is laid over white, orientation is applied.
public struct Image: Sendable, Equatable {
  public let width: Int
  public let height: Int
  public internal(set) var pixels: [UInt8]

  public init(width: Int, height: Int, pixels: [UInt8]) {
    precondition(width > 0 && height > 0, "a picture has at least one pixel")
    precondition(pixels.count == width * height * 3, "\(pixels.count) bytes for \(width)×\(height)")
    self.width = width
    self.height = height
    self.pixels = pixels
  }
}
