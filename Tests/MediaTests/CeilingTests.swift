import Foundation
import Media
import TestSupport
import Testing

/// The ceilings on what an archive or a picture may cost.
@Suite struct CeilingTests {
  private static let megabytes = [UInt8](repeating: 0, count: 96 << 20)

  /// A compressed stream of zeros is given up soon after the bytes that do no harm, whatever could follow.
  @Test(arguments: [ArchiveMaker.Kind.gzip])
  func aBombEndsItsArchive(_ kind: ArchiveMaker.Kind) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("a", ArchiveMaker.make(kind, [("a.png", [1]), ("b.png", Self.megabytes)]))
    let (good, _, error) = ArchiveReaderTests.read(path)
    #expect(good.map(\.0.name) == ["a.png"])
    #expect(error?.code == .inflatesTooMuch && error?.message.contains("max_inflation") == true, "\(error as Any)")

    var limits = ArchiveLimits()
    limits.maxInflation = 2000
    #expect(ArchiveReaderTests.read(path, limits: limits).good.count == 2)
  }

  /// An entry of a zip can be passed over, so that it alone is rejected.
  @Test func aBombInAZipIsOneReject() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("a.zip", ArchiveMaker.make(.zip, [("a.png", [1]), ("b.png", Self.megabytes), ("c.png", [2])]))
    let (good, rejects, error) = ArchiveReaderTests.read(path)
    #expect(error == nil && good.map(\.0.name) == ["a.png", "c.png"])
    #expect(rejects.map(\.code) == [.inflatesTooMuch])
  }

  /// What a 7z will come to is known before any of it is inflated.
  @Test func aBombIn7zEndsItsArchive() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("a.7z", ArchiveMaker.make(.sevenZip, [("b.png", Self.megabytes)]))
    #expect(ArchiveReaderTests.read(path).error?.code == .inflatesTooMuch)
  }

  @Test(arguments: ArchiveMaker.Kind.allCases)
  func anEntryThatTakesTooLongIsAReject(_ kind: ArchiveMaker.Kind) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("a.bin", ArchiveMaker.make(kind, ArchiveReaderTests.members))
    var limits = ArchiveLimits()
    limits.maxEntrySeconds = 0
    let (good, rejects, error) = ArchiveReaderTests.read(path, limits: limits)
    // Empty entries need no reading.
    #expect(error == nil && good.allSatisfy { $0.1.isEmpty })
    #expect(rejects.count + good.count == ArchiveReaderTests.members.count)
    #expect(rejects.allSatisfy { $0.code == .tooSlow && $0.message.contains("max_entry_seconds") }, "\(rejects)")
  }

  /// A lone picture may take its time in reading, but not in decoding.
  @Test(arguments: ["scenes-0.tar"])
  func aPictureThatTakesTooLongIsAReject(_ name: String) throws {
    var limits = ImageLimits()
    limits.maxSeconds = 0
    var formats: Set<String> = []
    for (record, bytes) in try ImageDecoderTests.pictures(name) {
      let result = Result { () throws(ImageError) in try ImageDecoder(limits: limits).decode(bytes) }
      guard case .failure(let error) = result else {
        Issue.record("\(record.entry) was decoded in no time")
        continue
      }
      #expect(error.code == .tooSlow && error.message.contains("seconds"), "\(record.entry): \(error)")
      formats.insert(record.format)
    }
    #expect(formats == ["jpeg", "png"])
  }
}
