import Media
import Tensors
import TestSupport
import Testing

@Suite struct ImageHeaderTests {
  @Test(arguments: [
    ("GIF89a", ContentType.gif), ("GIF87a", .gif), ("RIFF....WEBPVP8 ", .webp),
    ("BM......\0\0\u{36}\0\0\0\u{28}\0\0\0", nil),
    ("%PDF-1.7", .pdf), ("Rar!\u{1A}\u{7}", .rar), ("....ftypavif", .avif), ("II*\0", .tiff), ("MM\0*", .tiff),
    ("<?xml version='1.0'?><svg>", .svg), ("  <svg/>", .svg), ("<html>", nil), ("PK\u{3}\u{4}", .zip), ("BZh9", .bzip2),
    ("plain text", nil), ("", nil),
  ])
  func typesAreToldByContent(_ head: String, _ type: ContentType?) {
    #expect(ContentType(of: Array(head.utf8)) == type)
  }

  @Test func binaryMagicsAreKnown() {
    let magics: [([UInt8], ContentType)] = [
      ([0xFF, 0xD8, 0xFF, 0xE0], .jpeg), ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], .png),
      ([0x1F, 0x8B, 8], .gzip),
      ([0x28, 0xB5, 0x2F, 0xFD], .zstd), ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], .xz),
      ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], .sevenZip), ([0xFF, 0x0A], .jxl),
      (Array("BM".utf8) + [1, 2, 3, 4, 0, 0, 0, 0] + [UInt8](repeating: 0, count: 10), .bmp),
    ]
    for (magic, type) in magics { #expect(ContentType(of: magic) == type) }
    #expect(ContentType(of: ArchiveMaker.make(.tar, [("a", [1])])) == .tar)
  }

  private func code(_ bytes: [UInt8]) -> RejectCode? {
    do throws(ImageError) {
      _ = try ImageHeader(parsing: bytes)
      return nil
    } catch { return error.code }
  }

  private func jpeg(
    marker: UInt8 = 0xC0, precision: UInt8 = 8, width: Int = 10, height: Int = 10, components: UInt8 = 3
  ) -> [UInt8] {
    [0xFF, 0xD8, 0xFF, marker, 0, 8 + 3 * components, precision, UInt8(height >> 8), UInt8(height & 255)]
      + [UInt8(width >> 8), UInt8(width & 255), components] + [UInt8](repeating: 1, count: 3 * Int(components))
  }

  @Test func framesOfEveryKindAreJudged() {
    #expect(code(jpeg()) == nil && code(jpeg(marker: 0xC2, components: 1)) == nil && code(jpeg(components: 4)) == nil)
    #expect(code(jpeg(marker: 0xC3)) == .unsupportedFormat)
    #expect(code(jpeg(precision: 12)) == .unsupportedFormat)
    #expect(code(jpeg(components: 2)) == .unsupportedFormat)
    #expect(code(jpeg(width: 0)) == .malformed)
    #expect(code(jpeg(width: 65535, height: 65535)) == .tooManyPixels)
    #expect(code([0xFF, 0xD8, 0xFF]) == .truncated)
    #expect(code([0xFF, 0xD8, 0xFF, 0xD9, 0, 2, 0, 0]) == .malformed)
    #expect(code(Array(jpeg().prefix(9))) == .truncated)
    #expect(code([]) == .empty)
    #expect(code(Array("GIF89a".utf8)) == .unsupportedFormat)
    #expect(code([0x1F, 0x8B, 8]) == .nestedArchive)
  }

  @Test func turnedPicturesSwapTheirSides() throws {
    let picture = try ImageDecoderTests.pictures("scenes-0.tar").first { $0.record.entry.contains("020") }
    let header = try ImageHeader(parsing: try #require(picture).bytes)
    #expect(header.orientation == 5 && header.width == header.storedHeight && header.channels == 3)
  }

  @Test func picturesTooLargeForJPEGAreRefused() {
    let wide = Image(width: 70_000, height: 1, pixels: [UInt8](repeating: 0, count: 210_000))
    #expect(throws: ImageError.self) { try ImageEncoder().jpeg(wide) }
  }

  @Test func scansAndMemoryAreBounded() throws {
    let progressive = try contents(Places.fixtures + "/hostile/progressive.jpg")
    #expect(try ImageDecoder().decode(progressive).width == 320)
    var limits = ImageLimits()
    limits.maxScans = 3
    #expect(throws: ImageError(.tooManyScans, "more than 3 scans")) {
      try ImageDecoder(limits: limits).decode(progressive)
    }
    limits = ImageLimits()
    limits.maxDecoderBytes = 10_000
    do throws(ImageError) {
      _ = try ImageDecoder(limits: limits).decode(progressive)
      Issue.record("it decoded in 10 kB")
    } catch { #expect(error.code == .tooManyPixels) }
  }
}
