import Crypto
import Media
import TestSupport
import Tensors
import Testing

@Suite struct RecordStreamTests {
  static func shards(
    _ path: String, _ options: RecordOptions, startingAt start: RecordPosition = .init()
  ) throws -> [RecordShard] {
    let stream = try RecordStream(path: path, archive: "a", options: options, startingAt: start)
    var shards: [RecordShard] = []
    while let shard = try stream.nextShard() { shards.append(shard) }
    return shards
  }

  @Test func sidecarsBecomeCaptionAndFields() throws {
    let shards = try Self.shards(Places.fixtures + "/photos/scenes-0.tar", RecordOptions(media: .image))
    let records = shards.flatMap(\.records)
    #expect(records.count == 80 && shards.allSatisfy(\.rejects.isEmpty))
    #expect(shards.map(\.counts.sidecars).reduce(0, +) == 160)
    #expect(Set(records.map(\.id)).count == 80 && records.allSatisfy { $0.id >= 0 && $0.offset != nil })
    #expect(records[0].entry == "house/house-000.jpg" && records[0].ordinal == 0)
    #expect(records[0].caption == "a red house under a night sky")
    #expect(
      records[0].fields
        == #"{"caption":"a red house under a night sky","class":"house","number":0,"size":{"height":80,"width":120}}"#)
  }

  @Test(arguments: [1, 7, 40, 1000])
  func shardsOfAnySizeHoldTheSameRecords(_ size: Int) throws {
    for (name, media) in [
      ("photos/scenes-0.tar", RecordOptions.Media.image), ("photos/scenes.zip", .image),
      ("photos/scenes.tar.zst", .image), ("hostile/pictures.tar", .image), ("articles/articles.tar.gz", .text),
      ("articles/notes.zip", .text), ("hostile/lines.tar", .text),
    ] {
      var options = RecordOptions(media: media)
      let whole = try Self.shards(Places.fixtures + "/" + name, options)
      options.shardSize = size
      let shards = try Self.shards(Places.fixtures + "/" + name, options)
      #expect(shards.flatMap(\.records) == whole.flatMap(\.records), "\(name)")
      #expect(Set(shards.flatMap(\.rejects).map(\.description)) == Set(whole.flatMap(\.rejects).map(\.description)))
      #expect(shards.dropLast().allSatisfy { $0.records.count >= size })
      for (shard, after) in zip(shards, shards.dropFirst()) {
        let resumed = try Self.shards(Places.fixtures + "/" + name, options, startingAt: shard.next)
        #expect(
          resumed.first?.records == after.records && resumed.first?.counts == after.counts, "\(name), \(shard.next)")
      }
    }
  }

  /// Contents are digested two at a time, whatever their lengths, the groups that they are in and where their shard ends.
  @Test(arguments: [1, 2, 5, 1000])
  func digestsAreThoseOfTheContents(_ shardSize: Int) throws {
    let jpeg = try ImageDecoderTests.pictures("scenes.tar.zst")[0].bytes
    let seed = UInt64.random(in: 0..<1 << 32)
    var random = SeededRandom(seed: seed)
    var members: [(name: String, bytes: [UInt8])] = []
    for number in 0..<60 {
      let padding = number % 7 == 0 ? 64 * random.below(2000) : random.below(200_000)
      let rest = (0..<padding).map { UInt8(truncatingIfNeeded: $0 * number) }
      members.append(("\(number / (1 + number % 4)).\(number).jpg", jpeg + rest))
      if number % 5 == 0 { members.append(("bad-\(number).jpg", Array(jpeg.prefix(random.below(12))))) }
      if number == 30 { members.append(("long.jpg", jpeg + [UInt8](repeating: 7, count: 5 << 20))) }
    }
    let folder = try TemporaryFolder()
    let path = try folder.write("a.tar", ArchiveMaker.make(.tar, members))
    let contents = Dictionary(uniqueKeysWithValues: members.map { ($0.name, $0.bytes) })
    for identity in RecordOptions.Identity.allCases {
      var options = RecordOptions(media: .image)
      options.identity = identity
      options.shardSize = shardSize
      let records = try Self.shards(path, options).flatMap(\.records)
      #expect(records.count == 61)
      for record in records {
        let digest = SHA256.hash(data: contents[record.entry]!).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        #expect(record.digest == digest, "\(record.entry), seed \(seed)")
        if identity == .content { #expect(record.id == Int64(UInt64(digest.prefix(16), radix: 16)! >> 1)) }
      }
    }
  }

  @Test func badSidecarsCostOnlyThemselves() throws {
    let jpeg = try ImageDecoderTests.pictures("scenes.tar.zst")[0].bytes
    let folder = try TemporaryFolder()
    let members: [(name: String, bytes: [UInt8])] = [
      ("a.cls", Array("7\n".utf8)), ("a.jpg", jpeg), ("a.json", Array("{bad".utf8)), ("a.txt", [0xFF, 0xFE]),
      ("b.jpg", jpeg), ("b.caption", Array(" two  \n".utf8)),
      ("b.json", Array(#"{"z":1,"caption":"c","k":{"y":2,"x":[]}}"#.utf8)),
      ("c.json", Array(#"{"caption":"from json"}"#.utf8)), ("c.jpg", jpeg), ("c.seg.jpg", jpeg),
      ("lonely.txt", Array("nobody".utf8)), ("d.jpg", Array("no picture".utf8)), ("d.txt", Array("of a bad one".utf8)),
      ("README", Array("hello".utf8)),
    ]
    let path = try folder.write("a.tar", ArchiveMaker.make(.tar, members))
    let shard = try #require(try Self.shards(path, RecordOptions(media: .image)).first)
    #expect(shard.records.map(\.entry) == ["a.jpg", "b.jpg", "c.jpg", "c.seg.jpg"])
    #expect(shard.records.map(\.caption) == [nil, "two", "from json", "from json"])
    #expect(shard.records[0].fields == #"{"cls":7}"#)
    #expect(shard.records[1].fields == #"{"caption":"c","k":{"x":[],"y":2},"z":1}"#)
    let rejects = Dictionary(uniqueKeysWithValues: shard.rejects.map { ($0.entry ?? "", $0.code) })
    #expect(
      rejects == [
        "a.json": .badJSON, "a.txt": .notUTF8, "lonely.txt": .orphanSidecar, "d.jpg": .unsupportedFormat,
        "README": .unsupportedFormat,
      ])
    let counts = shard.counts
    #expect(counts.entries == members.count && counts.records == 4 && counts.sidecars == 5 && counts.rejects == 5)
  }

  @Test func identityFollowsTheOption() throws {
    let folder = try TemporaryFolder()
    let jpeg = try ImageDecoderTests.pictures("scenes.tar.zst")[0].bytes
    let path = try folder.write("a.tar", ArchiveMaker.make(.tar, [("a.jpg", jpeg), ("b.jpg", jpeg)]))
    var options = RecordOptions(media: .image)
    let byEntry = try Self.shards(path, options)[0].records
    #expect(byEntry[0].id != byEntry[1].id && byEntry[0].digest == byEntry[1].digest)
    // SHA-256 of "a", NUL, "a.jpg": the identity on disk, never to change.
    #expect(byEntry[0].id == 4_267_626_194_852_707_895)
    options.identity = .content
    let byContent = try Self.shards(path, options)[0].records
    #expect(byContent[0].id == byContent[1].id)
    #expect(UInt64(byContent[0].digest.prefix(16), radix: 16)! >> 1 == UInt64(byContent[0].id))
  }

  /// A few large texts or sidecars fill a shard as many small ones do; whoever begins in the middle finds the same shards.
  @Test func whatIsHeldClosesAShard() throws {
    let folder = try TemporaryFolder()
    let jpeg = try ImageDecoderTests.pictures("scenes.tar.zst")[0].bytes
    let text = Array(String(repeating: "word ", count: 2000).utf8)
    let texts = try folder.write("t.tar", ArchiveMaker.make(.tar, (0..<20).map { ("\($0).txt", text) }))
    let lines = try folder.write(
      "l.tar",
      ArchiveMaker.make(.tar, [("a.jsonl", (0..<20).flatMap { _ in Array("{\"text\":\"".utf8) + text + Array("\"}\n".utf8) })]))
    let captions = try folder.write(
      "c.tar", ArchiveMaker.make(.tar, (0..<20).flatMap { [("\($0).jpg", jpeg), ("\($0).txt", text)] }))
    let rejects = try folder.write("r.tar", ArchiveMaker.make(.tar, (0..<60).map { ("\($0).txt", []) }))
    for (path, media) in [(texts, RecordOptions.Media.text), (lines, .text), (captions, .image), (rejects, .text)] {
      var options = RecordOptions(media: media)
      let whole = try Self.shards(path, options)
      #expect(whole.count == 1)
      options.shardBytes = path == rejects ? 6000 : 32_000
      let shards = try Self.shards(path, options)
      #expect(
        shards.flatMap(\.records) == whole[0].records && shards.flatMap(\.rejects).count == whole[0].rejects.count, "\(path)")
      if path == rejects {
        #expect(shards.count > 2)
      } else {
        #expect(shards.map(\.records.count) == [4, 4, 4, 4, 4], "\(path)")
      }
      for (shard, after) in zip(shards, shards.dropFirst()) {
        #expect(try Self.shards(path, options, startingAt: shard.next).first?.records == after.records, "\(path)")
      }
    }
    var options = RecordOptions(media: .image)
    options.keepsPayloads = true
    options.shardBytes = 3 * jpeg.count
    #expect(try Self.shards(captions, options)[0].records.count <= 3)
  }

  /// Where so many records of so many bytes are enough, small pictures make shards of more records than large ones.
  @Test func enoughContentClosesAShard() throws {
    let folder = try TemporaryFolder()
    let jpeg = try ImageDecoderTests.pictures("scenes.tar.zst")[0].bytes
    let path = try folder.write("p.tar", ArchiveMaker.make(.tar, (0..<50).map { ("\($0).jpg", jpeg) }))
    var options = RecordOptions(media: .image)
    options.shardSize = 20
    for (records, bytes, expected) in [
      (4, 0, 4), (4, 6 * jpeg.count, 6), (4, 6 * jpeg.count - 1, 6), (4, 100 * jpeg.count, 20), (30, 0, 20),
    ] {
      options.enough = (records, bytes)
      let shards = try Self.shards(path, options)
      #expect(shards.dropLast().allSatisfy { $0.records.count == expected }, "\(records), \(bytes)")
      #expect(shards.reduce(0) { $0 + $1.records.count } == 50)
    }
  }

  @Test func damageComesAfterTheGoodRecords() throws {
    let stream = try RecordStream(
      path: Places.fixtures + "/hostile/truncated.tar", archive: "a", options: RecordOptions(media: .image))
    #expect(try stream.nextShard()?.records.map(\.entry) == ["a.jpg"])
    #expect(throws: ArchiveError.self) { try stream.nextShard() }
    #expect(throws: ArchiveError.self) { try stream.nextShard() }
  }
}
