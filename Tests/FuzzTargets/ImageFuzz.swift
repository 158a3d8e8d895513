import Foundation
import Media
import Tensors
import TestSupport

/// JPEG and PNG: header, decoding at every scale, thumbnails.
enum ImageFuzz {
  static let limits = {
    var limits = ImageLimits()
    limits.maxPixels = 1 << 18
    limits.maxDecoderBytes = 32 << 20
    return limits
  }()

  static func run(_ bytes: [UInt8], isPNG: Bool) {
    // Where the first bytes say something else, nothing of the format would be tried.
    let bytes = (isPNG ? signature : [0xFF, 0xD8, 0xFF]) + bytes
    let header = try? ImageHeader(parsing: bytes, limits: limits)
    for side in [nil, 24] {
      guard let image = try? ImageDecoder(minimumSide: side, limits: limits).decode(bytes) else { continue }
      guard let header else { preconditionFailure("a picture without a header was decoded") }
      require(image.pixels.count == image.width * image.height * 3, "every pixel is there")
      require(side != nil || (image.width, image.height) == (header.width, header.height), "as large as its header says")
    }
    if !isPNG, let header { holdAgainstLibrary(bytes, header) }
    if isPNG { _ = try? ImageDecoder(limits: limits).decodeRGBA(png: bytes) }
  }

  /// Our own decoder makes of everything what libjpeg makes of it.
  private static func holdAgainstLibrary(_ bytes: [UInt8], _ header: ImageHeader) {
    for scale in [2, 4, 8] {
      let results = [JPEGDecoding.Path.own, .library].map { path in
        JPEGDecoding(bytes, width: header.width, height: header.height, scale: scale, path: path, maxMemory: 32 << 20)
      }
      require(results[0] == results[1], "scale \(scale): \(results[0].message) beside \(results[1].message)")
    }
  }

  private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  static func examples(isPNG: Bool) throws -> [[UInt8]] {
    var found: [[UInt8]] = []
    for name in try ["fixtures/photos", "fixtures/hostile", "fixtures/jpegs"].flatMap(FuzzFixtures.files)
    where name.hasSuffix(".tar") || name.hasSuffix(".zip") {
      guard let stream = try? RecordStream(path: FuzzFixtures.root.appending(path: name).path, archive: name, options: options)
      else { continue }
      while let shard = try? stream.nextShard(), found.count < 70 {
        for (record, bytes) in zip(shard.records, shard.payloads) where record.format == (isPNG ? "png" : "jpeg") {
          found.append(Array(bytes.dropFirst(isPNG ? 8 : 3)))
        }
      }
    }
    if !isPNG { found.append(Array(try FuzzFixtures.bytes("fixtures/hostile/progressive.jpg").dropFirst(3))) }
    return found.filter { $0.count < 20_000 }
  }

  private static let options = {
    var options = RecordOptions(media: .image)
    options.keepsPayloads = true
    return options
  }()
}
