import CCodecs
import Glibc
public import Tensors

/// Writes pictures as JPEG, for reports and web pages.
public struct ImageEncoder: Sendable {
  /// 1 to 100, libjpeg's scale.
  public var quality: Int

  public init(quality: Int = 80) { self.quality = quality }

  /// The picture as a baseline JPEG; the same picture gives the same bytes.
  ///
  /// - Throws: `ImageError` if a side is larger than JPEG can say (65,500 pixels) or memory runs out.
  public func jpeg(_ image: Image) throws(ImageError) -> [UInt8] {
    var out: UnsafeMutablePointer<UInt8>?
    var size = 0
    let good = image.pixels.withUnsafeBufferPointer {
      vm_jpeg_encode($0.baseAddress, Int32(image.width), Int32(image.height), Int32(quality), &out, &size)
    }
    guard good != 0, let out else {
      throw ImageError(.malformed, "a picture of \(image.width)×\(image.height) cannot be written as JPEG")
    }
    defer { free(out) }
    return Array(UnsafeBufferPointer(start: out, count: size))
  }
}
