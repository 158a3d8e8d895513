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
    arguments: [(64, 3_388_891_633_725_891_365), (96, 16_918_192_159_375_286_053), (128, 5_643_200_204_923_666_213)])
  func golden(size: Int, checksum: UInt64) throws {
    var checksums: Set<UInt64> = []
    for level in ConvolutionalNetworkTests.levels {
      let model = try ConvolutionalModel(bytes: ConvolutionalModel.builtInBytes(size: size), level: level)
      let rows = ConvolutionalEmbedder(model: model).embed(
        Self.pictures.map { $0.square(side: size, crop: .middle, level: level) })
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
    let embedder = ConvolutionalEmbedder(model: try .builtIn())
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
}
