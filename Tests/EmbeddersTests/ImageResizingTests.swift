import CKernels
import Embedders
import Tensors
import Testing

@Suite("Area resize")
struct ImageResizingTests {
  /// The mean of the area, by the definition: overlaps of every old pixel with every new one.
  static func plain(_ image: Image, side: Int, left: Int, top: Int, width: Int, height: Int) -> [UInt8] {
    func overlap(_ new: Int, _ old: Int, _ length: Int) -> Int {
      max(0, min((new + 1) * length, (old + 1) * side) - max(new * length, old * side))
    }
    var result: [UInt8] = []
    for y in 0..<side {
      for x in 0..<side {
        for channel in 0..<3 {
          var sum = 0
          for row in 0..<height where overlap(y, row, height) > 0 {
            for column in 0..<width where overlap(x, column, width) > 0 {
              let value = Int(image.pixels[((top + row) * image.width + left + column) * 3 + channel])
              sum += value * overlap(y, row, height) * overlap(x, column, width)
            }
          }
          result.append(UInt8((sum + width * height / 2) / (width * height)))
        }
      }
    }
    return result
  }

  @Test(
    "is the exact mean on every path",
    arguments: [(1, 1), (3, 2), (2, 9), (64, 64), (63, 65), (65, 63), (100, 80), (131, 197), (128, 128), (300, 17)])
  func exact(width: Int, height: Int) {
    let image = randomImage(width, height, seed: UInt64(width * 1000 + height))
    for side in [8, 64] {
      let edge = min(width, height)
      let middle = Self.plain(
        image, side: side, left: (width - edge) / 2, top: (height - edge) / 2, width: edge, height: edge)
      let whole = Self.plain(image, side: side, left: 0, top: 0, width: width, height: height)
      for level in ConvolutionalNetworkTests.levels {
        #expect(image.views(side: side, crop: .middle, level: level).pixels == middle)
        #expect(image.views(side: side, crop: .stretch, level: level).pixels == whole)
      }
    }
  }

  @Test("keeps a picture that fits, and one colour")
  func keeps() {
    let image = randomImage(64, 64, seed: 1)
    #expect(image.views(side: 64, crop: .middle) == image)
    let grey = Image(width: 4000, height: 3, pixels: [UInt8](repeating: 93, count: 36000))
    #expect(grey.views(side: 64, crop: .middle).pixels.allSatisfy { $0 == 93 })
    #expect(grey.views(side: 64, crop: .stretch).pixels.allSatisfy { $0 == 93 })
  }

  @Test("white stays white where sums are largest")
  func largest() {
    let tall = Image(width: 1, height: 65_535, pixels: [UInt8](repeating: 255, count: 3 * 65_535))
    #expect(tall.views(side: 64, crop: .stretch).pixels.allSatisfy { $0 == 255 })
    let long = Image(width: 2, height: 3_000_000, pixels: [UInt8](repeating: 255, count: 18_000_000))
    #expect(long.views(side: 64, crop: .stretch).pixels.allSatisfy { $0 == 255 })
    let large = Image(width: 5000, height: 5000, pixels: [UInt8](repeating: 255, count: 75_000_000))
    #expect(large.views(side: 64, crop: .middle).pixels.allSatisfy { $0 == 255 })
  }

  @Test("pads with bars of the mean colour")
  func pads() {
    let wide = Image(width: 128, height: 64, pixels: [UInt8](repeating: 200, count: 128 * 64 * 3))
    let padded = wide.views(side: 64, crop: .pad)
    #expect(Array(padded.pixels[0..<3]) == [122, 114, 101])
    #expect(Array(padded.pixels[16 * 64 * 3..<16 * 64 * 3 + 3]) == [200, 200, 200])
    #expect(padded.pixels.filter { $0 == 200 }.count == 64 * 32 * 3)
    let thin = Image(width: 1000, height: 1, pixels: [UInt8](repeating: 200, count: 3000))
    #expect(thin.views(side: 64, crop: .pad).pixels.filter { $0 == 200 }.count == 64 * 3)
  }

  @Test(
    "twice is the middle square and its inner seven tenths, mirrored",
    arguments: [(1, 1), (3, 2), (64, 64), (100, 81), (131, 197)])
  func twice(width: Int, height: Int) {
    let image = randomImage(width, height, seed: UInt64(width + height))
    let edge = min(width, height), inner = [1: 1, 2: 1, 64: 45, 81: 57, 131: 92][edge]!
    let side = 16, row = side * 3
    let first = Self.plain(image, side: side, left: (width - edge) / 2, top: (height - edge) / 2, width: edge, height: edge)
    let second = Self.plain(image, side: side, left: (width - inner) / 2, top: (height - inner) / 2, width: inner, height: inner)
    var mirrored: [UInt8] = []
    for y in 0..<side {
      for x in (0..<side).reversed() { mirrored += second[(y * row + x * 3)..<(y * row + x * 3 + 3)] }
    }
    for level in ConvolutionalNetworkTests.levels {
      let views = image.views(side: side, crop: .twice, level: level)
      #expect(views.width == side && views.height == 2 * side)
      #expect(Array(views.pixels.prefix(first.count)) == first)
      #expect(Array(views.pixels.suffix(second.count)) == mirrored)
    }
  }

  @Test("inner is the inner eight tenths of the middle square", arguments: [(1, 1), (3, 2), (64, 64), (100, 81), (131, 197)])
  func inner(width: Int, height: Int) {
    let image = randomImage(width, height, seed: UInt64(width * 3 + height))
    let inner = [1: 1, 2: 2, 64: 51, 81: 65, 131: 105][min(width, height)]!, side = 16
    let (left, top) = ((width - inner) / 2, (height - inner) / 2)
    let expected = Self.plain(image, side: side, left: left, top: top, width: inner, height: inner)
    for level in ConvolutionalNetworkTests.levels {
      #expect(image.views(side: side, crop: .inner, level: level).pixels == expected)
    }
    if width == 64 { #expect(image.views(side: 64, crop: .inner) != image) }
  }

  @Test("says how large a picture must be that no view is enlarged")
  func sources() {
    #expect(ImageCrop.twice.sourceSide(for: 64) == 92 && ImageCrop.twice.sourceSide(for: 70) == 100)
    #expect(ImageCrop.inner.sourceSide(for: 64) == 80 && ImageCrop.inner.sourceSide(for: 70) == 88 && ImageCrop.inner.views == 1)
    for crop in [ImageCrop.middle, .stretch, .pad] { #expect(crop.sourceSide(for: 64) == 64 && crop.views == 1) }
  }
}
