import CCodecs
public import Tensors

/// Turns JPEG and PNG into pictures of 8-bit RGB.
///
/// Orientation is applied, inks become light, transparency is laid over white. A value without state: share it freely.
public struct ImageDecoder: Sendable {
  /// Both sides of the result are at least this, if the picture's are; nil: full size. Only JPEG is reduced, by 2, 4 or 8, inside
  /// its inverse transform, which costs less than decoding it whole.
  public var minimumSide: Int?
  public var limits: ImageLimits

  public init(minimumSide: Int? = nil, limits: ImageLimits = .init()) {
    self.minimumSide = minimumSide
    self.limits = limits
  }

  /// Decodes a file's bytes.
  ///
  /// - Throws: `ImageError`: another format, damage, missing data, or a broken limit. A picture with missing data is never
  ///   returned half grey.
  public func decode(_ bytes: [UInt8]) throws(ImageError) -> Image {
    let header = try ImageHeader(parsing: bytes, limits: limits)
    let scale = header.type == .jpeg ? scale(for: header) : 1
    let width = (header.width + scale - 1) / scale
    let height = (header.height + scale - 1) / scale
    let pixels = try decoded(bytes, header, scale: scale, size: width * height * 3, alpha: false)
    return Image(width: width, height: height, pixels: pixels)
  }

  /// A PNG as RGBA, transparency kept: `storedWidth * storedHeight * 4` bytes, orientation applied.
  package func decodeRGBA(png bytes: [UInt8]) throws(ImageError) -> [UInt8] {
    let header = try ImageHeader(parsing: bytes, limits: limits)
    guard header.type == .png else { throw ImageError(.unsupportedFormat, "it is no PNG") }
    let size = header.storedWidth * header.storedHeight * 4
    return try decoded(bytes, header, scale: 1, size: size, alpha: true)
  }

  private func scale(for header: ImageHeader) -> Int {
    guard let minimumSide else { return 1 }
    let side = min(header.storedWidth, header.storedHeight)
    // Only the scales for which libjpeg-turbo has SIMD code.
    return [8, 4, 2].first { (side + $0 - 1) / $0 >= minimumSide } ?? 1
  }

  private func decoded(
    _ bytes: [UInt8], _ header: ImageHeader, scale: Int, size: Int, alpha: Bool
  ) throws(ImageError) -> [UInt8] {
    var decode = vm_decode()
    decode.orientation = Int32(header.orientation)
    decode.scale = Int32(scale)
    decode.max_scans = Int32(clamping: limits.maxScans)
    decode.max_memory = limits.maxDecoderBytes
    decode.max_seconds = limits.maxSeconds
    decode.alpha = alpha ? 1 : 0
    var code = VM_OK
    let pixels = [UInt8](unsafeUninitializedCapacity: size) { out, filled in
      bytes.withUnsafeBufferPointer { input in
        decode.data = input.baseAddress
        decode.size = input.count
        decode.out = out.baseAddress
        decode.out_size = size
        code = Int(header.type == .jpeg ? vm_jpeg_decode(&decode) : vm_png_decode(&decode))
      }
      filled = code == VM_OK ? size : 0
    }
    guard code == VM_OK else {
      throw ImageError(
        code: code,
        message: withUnsafeBytes(of: decode.message) { text in
          EntryName.printable(EntryName.escaped(Array(text.prefix { $0 != 0 })))
        })
    }
    return pixels
  }
}

extension ImageError {
  /// From the C decoders' result.
  init(code: Int, message: String) {
    let text = message.isEmpty ? "the decoder gives no reason" : message
    switch code {
    case VM_TRUNCATED: self.init(.truncated, text)
    case VM_CHECKSUM: self.init(.checksum, text)
    case VM_UNSUPPORTED: self.init(.unsupportedFormat, text)
    case VM_TIME: self.init(.tooSlow, text)
    case VM_LIMIT: self.init(text.contains("scans") ? .tooManyScans : .tooManyPixels, text)
    default: self.init(.malformed, text)
    }
  }
}
