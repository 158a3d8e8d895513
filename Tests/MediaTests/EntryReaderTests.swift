import Media
import Tensors
import TestSupport
import TestSupport
import TestSupport
import TestSupport
import SystemPackage
import Testing

@Suite struct EntryReaderTests {
  private func record(_ entry: ArchiveEntry, _ bytes: [UInt8]) -> Record {
    Record(
      id: entry.identity, archive: entry.archive, entry: entry.name, ordinal: entry.ordinal, offset: entry.offset,
      size: bytes.count, digest: "", format: "text")
  }

  @Test(arguments: ArchiveMaker.Kind.allCases)
  func bytesComeBackInAnyOrder(_ kind: ArchiveMaker.Kind) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("a", ArchiveMaker.make(kind, ArchiveReaderTests.members))
    let good = ArchiveReaderTests.read(path).good
    let reader = try EntryReader(path: path, archive: "a")
    #expect(reader.isRandomAccess == [.tar, .zip, .storedZip].contains(kind))
    for (entry, bytes) in good + good.reversed() {
      #expect(try reader.bytes(of: record(entry, bytes)) == bytes)
    }
  }

  @Test func aFolderGivesItsFilesBack() throws {
    let folder = try TemporaryFolder()
    try folder.write("b/x.txt", "content".utf8)
    let good = ArchiveReaderTests.read(folder.path.string).good
    let reader = try EntryReader(path: folder.path.string, archive: "a")
    #expect(try reader.bytes(of: record(good[0].0, good[0].1)) == Array("content".utf8))
    var climbing = record(good[0].0, good[0].1)
    climbing.entry = "../x.txt"
    #expect(throws: Reject.self) { try reader.bytes(of: climbing) }
  }

  @Test func aChangedArchiveIsNoticed() throws {
    let folder = try TemporaryFolder()
    let path = Places.fixtures + "/photos/scenes.zip"
    let shard = try #require(try RecordStream(path: path, archive: "a", options: .init(media: .image)).nextShard())
    let reader = try EntryReader(path: path, archive: "a")
    for record in shard.records { _ = try reader.bytes(of: record, verifying: true) }
    var other = shard.records[0]
    other.digest = shard.records[1].digest
    #expect(throws: Reject.self) { try reader.bytes(of: other, verifying: true) }
    other.entry = "renamed.jpg"
    #expect(throws: Reject.self) { try reader.bytes(of: other) }
    other.ordinal = 9999
    #expect(throws: Reject.self) { try reader.bytes(of: other) }
    let cut = try folder.write("cut.tar", contents(Places.fixtures + "/photos/scenes-0.tar").prefix(1 << 20 - 7000))
    #expect(try EntryReader(path: cut, archive: "a").isRandomAccess)
  }

  @Test func onePassServesAscendingOrdinals() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("a", ArchiveMaker.make(.zstd, ArchiveReaderTests.members))
    let pass = try ArchivePass(path: path, archive: "a")
    for ordinal in [3, 5, 17, 30] {
      #expect(try pass.bytes(ordinal: ordinal).get() == ArchiveReaderTests.members[ordinal].bytes)
    }
    #expect(pass.restarts == 0)
    #expect(try pass.bytes(ordinal: 5, range: 10..<30).get() == Array(ArchiveReaderTests.members[5].bytes[10..<30]))
    #expect(pass.restarts == 1)
    #expect(throws: ArchiveError.self) { try pass.bytes(ordinal: 99) }
  }

  @Test(arguments: ["scenes-0.tar", "scenes.zip", "scenes.tar.zst"])
  func threadsShareOneReader(_ name: String) async throws {
    let pictures = try ImageDecoderTests.pictures(name)
    let reader = try EntryReader(path: Places.fixtures + "/photos/" + name, archive: name)
    let decoder = ImageDecoder(minimumSide: 32)
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for worker in 0..<4 {
        group.addTask {
          for (record, bytes) in pictures.dropFirst(worker) {
            guard try reader.bytes(of: record, verifying: true) == bytes else { return false }
            guard try decoder.decode(bytes).width >= 32 else { return false }
          }
          return true
        }
      }
      for try await good in group { #expect(good) }
    }
  }

  /// Two jobs ask in turns, one of them half the archive ahead.
  @Test func lookbackSavesRestarts() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("a", ArchiveMaker.make(.zstd, ArchiveReaderTests.members))
    let good = ArchiveReaderTests.read(path).good
    for (lookback, restarts) in [(0, 20), (10 << 20, 0), (100_000, 20)] {
      let reader = try EntryReader(path: path, archive: "a", lookback: lookback)
      for i in 0..<20 {
        for (entry, bytes) in [good[i], good[i + 20]] { #expect(try reader.bytes(of: record(entry, bytes)) == bytes) }
      }
      #expect(reader.restarts <= restarts, "lookback \(lookback): \(reader.restarts) restarts")
    }
  }
}
