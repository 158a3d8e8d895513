import CKernels
import Embedders
import Tensors
import Testing

@Suite("Built-in convolutional embedder")
struct ConvolutionalEmbedderTests {
  /// Pictures of no one's: a ramp, a disc on grey, stripes, noise.
  static let pictures: [Image] = [
    picture(96, 64) { x, y in (UInt8(x * 2), UInt8(y * 3), UInt8(x + y)) },
    picture(50, 80) { x, y in
      let inside = (x - 25) * (x - 25) + (y - 40) * (y - 40) < 300
      return inside ? (220, 30, 40) : (128, 128, 128)
    },
    picture(64, 64) { x, y in x / 4 % 2 == 0 ? (255, 255, 255) : (0, 60, 120) },
    randomImage(200, 150, seed: 7),
  ]

  static func picture(_ width: Int, _ height: Int, _ value: (Int, Int) -> (UInt8, UInt8, UInt8)) -> Image {
    let pixels = (0..<width * height).flatMap { index in
      let (r, g, b) = value(index % width, index / width)
      return [r, g, b]
    }
    return Image(width: width, height: height, pixels: pixels)
  }

  /// Of the released files models/small-cnn/*.vmw, FNV-1a over the bits; a new weight file brings a new number.
  @Test(
    "the same bits on every path, and those of the released weights",
    arguments: [
      (64, ImageCrop.middle, 13_746_059_324_751_259_429), (96, .middle, 13_544_696_377_669_846_821),
      (128, .middle, 14_099_409_498_149_648_165), (64, .twice, 15_017_400_547_687_170_853),
      (96, .twice, 16_928_954_831_632_376_613), (128, .twice, 3_773_762_319_959_745_317),
      (64, .inner, 14_496_007_142_128_651_045),
      (96, .inner, 17_572_954_724_687_908_645), (128, .inner, 13_340_906_089_173_894_949),
    ])
  func golden(size: Int, crop: ImageCrop, checksum: UInt64) throws {
    var checksums: Set<UInt64> = []
    for level in ConvolutionalNetworkTests.levels {
      let model = try ConvolutionalModel(bytes: ConvolutionalModel.builtInBytes(size: size), level: level)
      let rows = ConvolutionalEmbedder(model: model, crop: crop).embed(
        Self.pictures.map { $0.views(side: size, crop: crop, level: level) })
      checksums.insert(rows.values.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1.bitPattern)) &* 0x100_0000_01b3 })
    }
    #expect(checksums == [checksum])
  }

  @Test("has the sizes that it says")
  func sizes() throws {
    let embedder = ConvolutionalEmbedder(model: try .builtIn())
    #expect(embedder.model.name == "small-cnn" && embedder.inputSize == 64 && embedder.dimension == 192)
    let finer = try ConvolutionalModel.builtIn(size: 96)
    #expect(finer.name == "small-cnn-96" && finer.inputSize == 96 && finer.dimension == 192)
    let large = try ConvolutionalModel.builtIn(size: 128)
    #expect(large.name == "cnn-large" && large.inputSize == 128 && large.dimension == 192)
    #expect(throws: ModelFileError.self) { try ConvolutionalModel.builtIn(size: 65) }
    #expect(embedder.identity.kind == "cnn" && embedder.identity.dimension == 192)
    #expect(embedder.identity.digest.count == 64)
  }

  @Test("takes grey, tiny and long pictures")
  func odd() async throws {
    let embedder = ConvolutionalEmbedder(model: try .builtIn())
    let odd = [
      Self.picture(70, 90) { x, y in (UInt8(x + y), UInt8(x + y), UInt8(x + y)) },
      Image(width: 1, height: 1, pixels: [1, 2, 3]),
      randomImage(4000, 3, seed: 3), randomImage(3, 4000, seed: 4),
    ]
    let prepared = try odd.map { try embedder.prepare(.image($0)) }
    let rows = try await embedder.embed(prepared)
    #expect(rows.rows == 4 && rows.columns == 192)
    #expect(rows.values.allSatisfy { $0.isFinite })
    for row in 0..<4 { #expect(rows[row: row].contains { $0 != 0 }) }
    #expect(try await embedder.embed(odd.map { .image($0) }) == rows)
  }

  @Test("a picture is nearer to its mirror image than to others")
  func mirror() throws {
    let embedder = ConvolutionalEmbedder(model: try .builtIn(), crop: .middle)
    let prepared = Self.pictures.map(embedder.prepare)
    let mirrored = prepared.map { image in
      Self.picture(64, 64) { x, y in
        let at = (y * 64 + 63 - x) * 3
        return (image.pixels[at], image.pixels[at + 1], image.pixels[at + 2])
      }
    }
    let rows = embedder.embed(prepared), others = embedder.embed(mirrored)
    func cosine(_ a: Int, _ b: Int) -> Float {
      func dot(_ x: ArraySlice<Float>, _ y: ArraySlice<Float>) -> Float { zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }
      let x = rows[row: a], y = others[row: b]
      return dot(x, y) / (dot(x, x) * dot(y, y)).squareRoot()
    }
    for a in 0..<4 { #expect((0..<4).max { cosine(a, $0) < cosine(a, $1) } == a) }
  }

  @Test("a picture of an absurd length is refused, not a crash")
  func absurd() throws {
    let embedder = ConvolutionalEmbedder(model: try .builtIn())
    let long = Image(width: 16_000_001, height: 1, pixels: [UInt8](repeating: 0, count: 48_000_003))
    #expect(throws: ConvolutionalEmbedderError.tooLong(width: 16_000_001, height: 1)) { try embedder.prepare(.image(long)) }
  }

  @Test("a text is refused")
  func text() async throws {
    let embedder = ConvolutionalEmbedder(model: try .builtIn())
    await #expect(throws: ConvolutionalEmbedderError.noImage) { try await embedder.embed([.text("a")]) }
    #expect(throws: ConvolutionalEmbedderError.noImage) { try embedder.prepare(.text("a")) }
  }

  @Test("what nothing was asked for sees the inner part")
  func standard() throws {
    let model = try ConvolutionalModel.builtIn()
    let standard = ConvolutionalEmbedder(model: model), inner = ConvolutionalEmbedder(model: model, crop: .inner)
    #expect(standard.identity == inner.identity && standard.sourceSide == 80)
    let tall = randomImage(64, 64, seed: 3)
    #expect(standard.embed([standard.prepare(tall)]) != standard.embed([tall]), "a square of the network's size is cut, too")
  }

  @Test("two views are the mean of the rows of each")
  func twice() throws {
    let model = try ConvolutionalModel.builtIn()
    let both = ConvolutionalEmbedder(model: model, crop: .twice), one = ConvolutionalEmbedder(model: model, crop: .middle)
    let prepared = Self.pictures.map { both.prepare($0) }
    #expect(prepared.allSatisfy { $0.width == 64 && $0.height == 128 })
    let halves = prepared.flatMap { picture in
      [0, 1].map { Image(width: 64, height: 64, pixels: Array(picture.pixels[($0 * 64 * 64 * 3)..<(($0 + 1) * 64 * 64 * 3)])) }
    }
    #expect(halves[0] == one.prepare(Self.pictures[0]))
    let rows = both.embed(prepared), single = one.embed(halves)
    for row in 0..<4 {
      #expect(rows[row: row].elementsEqual(zip(single[row: 2 * row], single[row: 2 * row + 1]).map { ($0 + $1) / 2 }))
    }
    #expect(both.identity.digest != one.identity.digest)
    #expect(both.sourceSide == 92 && one.sourceSide == 64)
  }

  @Test("a picture with the shape of a prepared one is prepared all the same; one prepared otherwise is refused")
  func likePrepared() async throws {
    let embedder = ConvolutionalEmbedder(model: try .builtIn(), crop: .twice)
    let tall = randomImage(64, 128, seed: 3)
    #expect(try await embedder.embed([.image(tall)]) == embedder.embed([embedder.prepare(tall)]))
    #expect(try await embedder.embed([.image(tall)]) != embedder.embed([tall]))
    await #expect(throws: ConvolutionalEmbedderError.otherwisePrepared(width: 64, height: 64)) {
      try await embedder.embed([.prepared(randomImage(64, 64, seed: 4))])
    }
  }
}
