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
        #expect(image.square(side: side, crop: .middle, level: level).pixels == middle)
        #expect(image.square(side: side, crop: .stretch, level: level).pixels == whole)
      }
    }
  }

  @Test("keeps a picture that fits, and one colour")
  func keeps() {
    let image = randomImage(64, 64, seed: 1)
    #expect(image.square(side: 64) == image)
    let grey = Image(width: 4000, height: 3, pixels: [UInt8](repeating: 93, count: 36000))
    #expect(grey.square(side: 64).pixels.allSatisfy { $0 == 93 })
    #expect(grey.square(side: 64, crop: .stretch).pixels.allSatisfy { $0 == 93 })
  }

  @Test("white stays white where sums are largest")
  func largest() {
    let tall = Image(width: 1, height: 65_535, pixels: [UInt8](repeating: 255, count: 3 * 65_535))
    #expect(tall.square(side: 64, crop: .stretch).pixels.allSatisfy { $0 == 255 })
    let long = Image(width: 2, height: 3_000_000, pixels: [UInt8](repeating: 255, count: 18_000_000))
    #expect(long.square(side: 64, crop: .stretch).pixels.allSatisfy { $0 == 255 })
    let large = Image(width: 5000, height: 5000, pixels: [UInt8](repeating: 255, count: 75_000_000))
    #expect(large.square(side: 64).pixels.allSatisfy { $0 == 255 })
  }

  @Test("pads with bars of the mean colour")
  func pads() {
    let wide = Image(width: 128, height: 64, pixels: [UInt8](repeating: 200, count: 128 * 64 * 3))
    let padded = wide.square(side: 64, crop: .pad)
    #expect(Array(padded.pixels[0..<3]) == [122, 114, 101])
    #expect(Array(padded.pixels[16 * 64 * 3..<16 * 64 * 3 + 3]) == [200, 200, 200])
    #expect(padded.pixels.filter { $0 == 200 }.count == 64 * 32 * 3)
    let thin = Image(width: 1000, height: 1, pixels: [UInt8](repeating: 200, count: 3000))
    #expect(thin.square(side: 64, crop: .pad).pixels.filter { $0 == 200 }.count == 64 * 3)
  }
}
