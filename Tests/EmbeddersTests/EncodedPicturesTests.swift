import Embedders
import Foundation
import Media
import Tensors
import Testing

/// From a file's bytes to an embedding: what the program does with every picture of an archive.
@Suite("Encoded pictures")
struct EncodedPicturesTests {
  static let fixtures =
    URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path + "/fixtures/photos/"

  /// JPEG in colour, grey, CMYK, progressive, turned by Exif; PNG in colour, grey, one bit, palette, with alpha.
  static func files(_ archive: String) throws -> [(record: Record, bytes: [UInt8])] {
    var options = RecordOptions(media: .image)
    options.keepsPayloads = true
    let stream = try RecordStream(path: fixtures + archive, archive: archive, options: options)
    var all: [(Record, [UInt8])] = []
    while let shard = try stream.nextShard() { all += zip(shard.records, shard.payloads) }
    return all
  }

  /// Of the released weights, FNV-1a over the bits; a new weight file brings a new number.
  @Test(
    "the fixtures have the same embeddings on every path, and those of the released weights",
    arguments: [
      (64, ImageCrop.middle, 15_120_736_115_162_555_173 as UInt64), (96, .middle, 2_545_343_883_672_963_877),
      (64, .twice, 14_423_284_718_838_975_269), (64, .inner, 2_260_503_778_356_378_405),
    ])
  func golden(size: Int, crop: ImageCrop, checksum: UInt64) throws {
    let files = try Self.files("scenes-0.tar") + Self.files("scenes-1.tar")
    let pictures = try files.map { try ImageDecoder(minimumSide: crop.sourceSide(for: size)).decode($0.bytes) }
    #expect(pictures.count > 150)
    var checksums: Set<UInt64> = []
    for level in ConvolutionalNetworkTests.levels {
      let model = try ConvolutionalModel(bytes: ConvolutionalModel.builtInBytes(size: size), level: level)
      // The plainest path takes seconds for all of them.
      let rows = ConvolutionalEmbedder(model: model, crop: crop).embed(
        stride(from: 0, to: pictures.count, by: 5).map { pictures[$0].views(side: size, crop: crop, level: level) })
      checksums.insert(rows.values.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1.bitPattern)) &* 0x100_0000_01b3 })
    }
    #expect(checksums == [checksum])
  }

  /// Scenes are drawn of five kinds, each stored in every way: the kind counts for more than the way.
  /// They fill the picture, so that its inner part by itself or once more adds nothing.
  @Test(
    "a scene is nearest to others of its kind, however it is stored",
    arguments: [(ImageCrop.middle, 0.85), (.twice, 0.8), (.inner, 0.8)])
  func kinds(crop: ImageCrop, share: Double) throws {
    let embedder = ConvolutionalEmbedder(model: try .builtIn(), crop: crop)
    let files = try Self.files("scenes-0.tar")
    let rows = try embedder.embed(
      files.map { embedder.prepare(try ImageDecoder(minimumSide: embedder.sourceSide).decode($0.bytes)) })
    let kinds = files.map { $0.record.entry.split(separator: "/").first! }
    let right = (0..<rows.rows).count { row in
      let nearest = (0..<rows.rows).filter { $0 != row }.max { Self.cosine(rows, row, $0) < Self.cosine(rows, row, $1) }!
      return kinds[nearest] == kinds[row]
    }
    #expect(Double(right) > share * Double(rows.rows), "\(right) of \(rows.rows)")
  }

  @Test("huge and tiny files are embedded like their reduced and enlarged selves")
  func sizes() throws {
    let embedder = ConvolutionalEmbedder(model: try .builtIn(), crop: .middle), decoder = ImageDecoder(minimumSide: 64)
    func waves(_ width: Int, _ height: Int) -> Image {
      let pixels = (0..<width * height).flatMap { at -> [UInt8] in
        let (x, y) = (at % width * 64 / width, at / width * 64 / height)
        return [UInt8(x * 4), UInt8((x / 16 + y / 16) % 2 * 200), UInt8(y * 4)]
      }
      return Image(width: width, height: height, pixels: pixels)
    }
    let encoder = ImageEncoder(quality: 95)
    let huge = try decoder.decode(encoder.jpeg(waves(4096, 4096)))
    #expect(huge.width == 512)
    let one = try decoder.decode(encoder.jpeg(Image(width: 1, height: 1, pixels: [200, 40, 90])))
    #expect(one.width == 1 && one.height == 1)
    let rows = embedder.embed([
      embedder.prepare(huge), waves(64, 64), embedder.prepare(one),
      Image(width: 64, height: 64, pixels: (0..<64 * 64).flatMap { _ in one.pixels }),
    ])
    #expect(Self.cosine(rows, 0, 1) > 0.95, "\(Self.cosine(rows, 0, 1))")
    #expect(Array(rows[row: 2]) == Array(rows[row: 3]))
  }

  private static func cosine(_ rows: Matrix, _ a: Int, _ b: Int) -> Float {
    func dot(_ x: Int, _ y: Int) -> Float { zip(rows[row: x], rows[row: y]).reduce(0) { $0 + $1.0 * $1.1 } }
    return dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot()
  }
}
