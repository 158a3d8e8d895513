import Foundation
import Media
import Tensors
import TestSupport
import Testing

@Suite struct ImageDecoderTests {
  /// Pictures of an archive with what their sidecars say.
  static func pictures(_ name: String) throws -> [(record: Record, bytes: [UInt8])] {
    var options = RecordOptions(media: .image)
    options.keepsPayloads = true
    let stream = try RecordStream(path: Places.fixtures + "/photos/" + name, archive: name, options: options)
    var all: [(Record, [UInt8])] = []
    while let shard = try stream.nextShard() { all += zip(shard.records, shard.payloads) }
    return all
  }

  @Test(arguments: ["scenes-0.tar", "scenes-1.tar", "scenes.zip", "scenes.tar.zst"])
  func everyFixtureDecodesToTheSizeOfItsHeader(_ name: String) throws {
    for (record, bytes) in try Self.pictures(name) {
      let image = try ImageDecoder().decode(bytes)
      #expect(image.width == record.width && image.height == record.height, "\(record.entry)")
      #expect(
        [[96, 96], [120, 80]].contains([image.width, image.height]), "orientation is applied: \(record.entry)")
    }
  }

  /// Every way of storing shows the same scene: the sky of a picture is above its ground, and colours agree.
  @Test func allEncodingsOfOneSceneAgree() throws {
    let width = 24
    let height = 16
    var pixels: [UInt8] = []
    for y in 0..<height { for x in 0..<width { pixels += [UInt8(x * 10), UInt8(y * 15), 128] } }
    let image = Image(width: width, height: height, pixels: pixels)
    let jpeg = try ImageEncoder(quality: 95).jpeg(image)
    let back = try ImageDecoder().decode(jpeg)
    for (one, other) in zip(back.pixels, pixels) { #expect(abs(Int(one) - Int(other)) < 24) }
    for orientation in 1...8 {
      let turned = try ImageDecoder().decode(Self.oriented(jpeg, orientation))
      #expect(turned == Self.turned(back, orientation), "orientation \(orientation)")
    }
  }

  /// The definition, pixel by pixel: row 0 and column 0 of the stored picture lie where Exif says.
  private static func turned(_ image: Image, _ orientation: Int) -> Image {
    let w = image.width
    let h = image.height
    let swaps = orientation > 4
    let (newWidth, newHeight) = swaps ? (h, w) : (w, h)
    var pixels = [UInt8](repeating: 0, count: w * h * 3)
    for y in 0..<h {
      for x in 0..<w {
        let place: (Int, Int) =
          switch orientation {
          case 2: (w - 1 - x, y)
          case 3: (w - 1 - x, h - 1 - y)
          case 4: (x, h - 1 - y)
          case 5: (y, x)
          case 6: (h - 1 - y, x)
          case 7: (h - 1 - y, w - 1 - x)
          case 8: (y, w - 1 - x)
          default: (x, y)
          }
        for c in 0..<3 { pixels[(place.1 * newWidth + place.0) * 3 + c] = image.pixels[(y * w + x) * 3 + c] }
      }
    }
    return Image(width: newWidth, height: newHeight, pixels: pixels)
  }

  /// The JPEG with an EXIF block of that orientation behind its first marker.
  private static func oriented(_ jpeg: [UInt8], _ orientation: Int) -> [UInt8] {
    let exif =
      Array("Exif\0\0MM\0*".utf8) + [
        0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, UInt8(orientation), 0, 0, 0, 0, 0, 0,
      ]
    return jpeg[0..<2] + [0xFF, 0xE1, 0, UInt8(exif.count + 2)] + exif + jpeg[2...]
  }

  @Test func aReducedPictureKeepsItsMinimumSide() throws {
    let large = Image(width: 500, height: 333, pixels: [UInt8](repeating: 200, count: 500 * 333 * 3))
    let jpeg = try ImageEncoder().jpeg(large)
    for (minimum, width, height) in [
      (nil, 500, 333), (42, 63, 42), (43, 125, 84), (64, 125, 84), (85, 250, 167), (168, 500, 333), (1000, 500, 333),
    ] {
      let image = try ImageDecoder(minimumSide: minimum).decode(jpeg)
      #expect(image.width == width && image.height == height, "minimum \(minimum ?? 0): \(image.width)×\(image.height)")
      #expect(image.pixels.allSatisfy { abs(Int($0) - 200) < 3 })
    }
  }

  @Test func cutPicturesAreRejectsAtEveryLength() throws {
    var seen: Set<String> = []
    for (record, bytes) in try Self.pictures("scenes-0.tar").prefix(21) {
      for part in 1..<24 {
        let cut = Array(bytes.prefix(bytes.count * part / 24))
        #expect(throws: ImageError.self, "\(record.entry), \(part)/24") { try ImageDecoder().decode(cut) }
      }
      seen.insert(record.format)
    }
    #expect(seen == ["jpeg", "png"])
  }

  /// 16 × 12 grey pixels by `cjpeg -arithmetic`: the decoder makes zeros of what is missing.
  @Test func cutArithmeticCodesAreNotTakenForWhole() throws {
    let text = """
      /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxOUlNSMj5aYV
      pQYEpRUk//yQALCAAMABABAREA/8wABgAQEAX/2gAIAQEAAD8AwgnrK+enGcysUyuj7TzH985k4r+OxR9MO+UGjvxSoQ325wyD1sk8YoFccOVs
      cXh8oz8pdenU5a9yhCi1u+UIEf6B5aEe288H0m9AlpjRn+BGgfw1RogkrWGrrgPYncl+yfO6Ql63JN/ya2d5d8HbK2bp7blY+oxSB7WuwP/Z
      """
    let bytes = Array(try #require(Data(base64Encoded: text, options: .ignoreUnknownCharacters)))
    let whole = try ImageDecoder().decode(bytes)
    #expect((whole.width, whole.height) == (16, 12))
    for length in 0..<bytes.count {
      guard let image = try? ImageDecoder().decode(Array(bytes.prefix(length))) else { continue }
      #expect(image == whole && length >= bytes.count - 8, "\(length) of \(bytes.count) bytes")
    }
  }

  @Test func aMissingEndMarkerAloneIsForgiven() throws {
    let flat = Image(width: 32, height: 32, pixels: [UInt8](repeating: 77, count: 32 * 32 * 3))
    let jpeg = try ImageEncoder().jpeg(flat)
    #expect(try ImageDecoder().decode(Array(jpeg.dropLast(2))) == ImageDecoder().decode(jpeg))
  }

  @Test func limitsAreKept() throws {
    let jpeg = try ImageEncoder().jpeg(Image(width: 100, height: 100, pixels: [UInt8](repeating: 9, count: 30_000)))
    var limits = ImageLimits()
    limits.maxPixels = 9_999
    #expect(throws: ImageError(.tooManyPixels, "100×100 is more than the 9999 pixels of max_pixels")) {
      try ImageDecoder(limits: limits).decode(jpeg)
    }
  }

  @Test func thumbnailsKeepTheShape() {
    let image = Image(width: 300, height: 100, pixels: [UInt8](repeating: 50, count: 90_000))
    let small = image.thumbnail(side: 64)
    #expect(small.width == 64 && small.height == 21 && small.pixels.allSatisfy { $0 == 50 })
    #expect(image.thumbnail(side: 300) == image)
  }
}
