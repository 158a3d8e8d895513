import CCodecs

/// What the C decoder makes of a JPEG; pixels only of a whole one.
package struct JPEGDecoding: Equatable {
  /// Who is to decode it.
  package enum Path: Int {
    case fastest, library, own
  }

  package let code: Int
  package let message: String
  package let pixels: [UInt8]
  package let byLibrary: Bool

  package init(
    _ bytes: [UInt8], width: Int, height: Int, scale: Int, orientation: Int = 1, path: Path,
    maxSeconds: Double = 60, maxMemory: Int = 1 << 26
  ) {
    var decode = vm_decode()
    decode.orientation = Int32(orientation)
    decode.scale = Int32(scale)
    decode.max_scans = 100
    decode.max_memory = maxMemory
    decode.max_seconds = maxSeconds
    decode.jpeg_path = Int32(path.rawValue)
    let size = ((width + scale - 1) / scale) * ((height + scale - 1) / scale) * 3
    var code = 0
    var pixels = [UInt8](repeating: 0, count: size)
    pixels.withUnsafeMutableBufferPointer { out in
      bytes.withUnsafeBufferPointer { input in
        decode.data = input.baseAddress
        decode.size = input.count
        decode.out = out.baseAddress
        decode.out_size = size
        code = Int(vm_jpeg_decode(&decode))
      }
    }
    self.code = code
    message = withUnsafeBytes(of: decode.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    self.pixels = code == VM_OK ? pixels : []
    byLibrary = decode.by_library != 0
  }

  /// Who decoded it does not count.
  package static func == (one: Self, other: Self) -> Bool {
    one.code == other.code && one.message == other.message && one.pixels == other.pixels
  }
}
