import Media
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
    let good = ArchiveReaderTests.read(folder.path).good
    let reader = try EntryReader(path: folder.path, archive: "a")
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
}
