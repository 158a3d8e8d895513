import Media
import Tensors
import TestSupport
import Testing

/// The faster decoder of reduced JPEGs against libjpeg: the same pixels, or libjpeg's own verdict.
@Suite struct JPEGBaselineTests {
  private struct Coding {
    let name: String
    let width: Int
    let height: Int
    let bytes: [UInt8]

    func decoded(
      _ bytes: [UInt8]? = nil, scale: Int, orientation: Int = 1, path: JPEGDecoding.Path = .own, maxSeconds: Double = 60,
      maxMemory: Int = 1 << 26
    ) -> JPEGDecoding {
      JPEGDecoding(
        bytes ?? self.bytes, width: width, height: height, scale: scale, orientation: orientation, path: path,
        maxSeconds: maxSeconds, maxMemory: maxMemory)
    }
  }

  private static func codings() throws -> [Coding] {
    try ImageDecoderTests.pictures("../jpegs/codings.tar").map { record, bytes in
      Coding(name: record.entry, width: try #require(record.width), height: try #require(record.height), bytes: bytes)
    }
  }

  @Test(arguments: [2, 4, 8])
  func everyUsualCodingHasThePixelsOfTheLibrary(_ scale: Int) throws {
    let codings = try Self.codings()
    #expect(codings.count == 30)
    for coding in codings {
      for orientation in 1...8 {
        let own = coding.decoded(scale: scale, orientation: orientation)
        let library = coding.decoded(scale: scale, orientation: orientation, path: .library)
        #expect(own == library, "\(coding.name), orientation \(orientation)")
        #expect(own.code == 0 && !own.byLibrary && library.byLibrary, "\(coding.name)")
      }
    }
  }

  @Test func everySideHasThePixelsOfTheLibrary() throws {
    var random = SeededRandom(seed: runSeed("sides"))
    for side in 1...66 {
      let (width, height) = side % 2 == 0 ? (side, 1 + random.below(40)) : (1 + random.below(40), side)
      let pixels = (0..<width * height * 3).map { _ in UInt8(random.below(256)) }
      let image = Image(width: width, height: height, pixels: pixels)
      let bytes = try ImageEncoder(quality: 60 + random.below(41)).jpeg(image)
      let coding = Coding(name: "\(width)×\(height)", width: width, height: height, bytes: bytes)
      for scale in [2, 4, 8] {
        let own = coding.decoded(scale: scale)
        #expect(own.code == 0 && own == coding.decoded(scale: scale, path: .library), "\(coding.name), \(scale)")
      }
    }
  }

  @Test func otherKindsAreLeftToTheLibrary() throws {
    let progressive = try contents(Places.fixtures + "/hostile/progressive.jpg")
    #expect(JPEGDecoding(progressive, width: 320, height: 320, scale: 4, path: .own).byLibrary)
    let coding = try #require(try Self.codings().first)
    let own = coding.decoded(scale: 4)
    #expect(!own.byLibrary)
    let small = coding.decoded(scale: 4, path: .fastest)
    #expect(small.byLibrary && small == own, "tables are not worth it for \(coding.bytes.count) bytes")
    let whole = coding.decoded(scale: 1)
    #expect(whole.byLibrary && whole.code == 0)
    #expect(coding.decoded(scale: 4, maxMemory: 100).byLibrary, "a copy of the data is more than that")
    let late = coding.decoded(scale: 4, maxSeconds: 0)
    #expect(late.byLibrary && late.message.contains("more than 0 seconds"))
  }

  @Test func cutPicturesHaveTheVerdictOfTheLibrary() throws {
    for coding in try Self.codings() {
      for length in stride(from: 0, to: coding.bytes.count, by: 37) {
        let cut = Array(coding.bytes.prefix(length))
        #expect(
          coding.decoded(cut, scale: 4) == coding.decoded(cut, scale: 4, path: .library),
          "\(coding.name), \(length) bytes")
      }
    }
  }

  @Test func mutatedPicturesHaveTheVerdictOfTheLibrary() throws {
    var random = SeededRandom(seed: runSeed("mutated JPEGs"))
    for coding in try Self.codings() {
      for round in 0..<MutationTests.rounds {
        let wrong = MutationTests.mutated(coding.bytes, &random)
        let scale = [2, 4, 8][round % 3]
        let orientation = 1 + random.below(8)
        let own = coding.decoded(wrong, scale: scale, orientation: orientation)
        let library = coding.decoded(wrong, scale: scale, orientation: orientation, path: .library)
        #expect(own == library, "\(coding.name), round \(round)")
      }
    }
  }
}
