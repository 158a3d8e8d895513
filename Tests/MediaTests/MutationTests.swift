import Foundation
import Media
import Tensors
import TestSupport
import Testing

/// Right files with a few wrong bytes: whatever comes of it, nothing traps and the counts add up.
@Suite struct MutationTests {
  /// Rounds of each kind; VECMILL_MUTATIONS asks for more.
  static let rounds = ProcessInfo.processInfo.environment["VECMILL_MUTATIONS"].flatMap { Int($0) } ?? 60
  private static let seed =
    ProcessInfo.processInfo.environment["VECMILL_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 0..<1 << 32)

  /// Flips, sets, cuts out or doubles some bytes; offsets near either end are as likely as all others.
  static func mutated(_ bytes: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
    var bytes = bytes
    for _ in 0...random.below(4) where !bytes.isEmpty {
      let near = min(bytes.count, 200)
      let at = [random.below(bytes.count), random.below(near), bytes.count - 1 - random.below(near)][random.below(3)]
      switch random.below(6) {
      case 0: bytes[at] ^= 1 << UInt8(random.below(8))
      case 1: bytes[at] = [0, 0xFF, 0x7F, 0x80, UInt8(ascii: "\""), 0x0A][random.below(6)]
      case 2: bytes.replaceSubrange(at..<min(bytes.count, at + 4), with: [0xFF, 0xFF, 0xFF, 0xFF])
      case 3: bytes.removeSubrange(at..<min(bytes.count, at + 1 + random.below(64)))
      case 4: bytes.insert(contentsOf: bytes[at..<min(bytes.count, at + 64)], at: at)
      default: bytes[at] = UInt8(random.below(256))
      }
    }
    return bytes
  }

  private static func ingest(_ path: String, _ media: RecordOptions.Media) {
    var options = RecordOptions(media: media)
    options.keepsPayloads = true
    options.archives.maxEntryBytes = 16 << 20
    options.archives.maxArchiveBytes = 64 << 20
    options.images.maxPixels = 1 << 22
    options.texts.unit = .line
    guard let stream = try? RecordStream(path: path, archive: "a", options: options) else { return }
    while let shard = try? stream.nextShard() {
      for bytes in shard.payloads.prefix(3) where media == .image {
        _ = try? ImageDecoder(minimumSide: 16, limits: options.images).decode(bytes)
      }
      #expect((try? RecordCodec.decode(RecordCodec.encode(shard.records))) == shard.records)
    }
    let counts = stream.counts
    #expect(counts.entries == counts.wholeRecords + counts.sidecars + counts.entryRejects + counts.containers)
    guard let reader = try? EntryReader(path: path, archive: "a") else { return }
    let lie = Record(
      id: 1, archive: "a", entry: "a.txt", ordinal: 2, offset: 1 << 40, size: 1 << 20, digest: "", format: "text")
    _ = try? reader.bytes(of: lie)
  }

  private static let subjects: [(name: String, media: RecordOptions.Media)] = [
    ("photos/scenes.zip", .image), ("hostile/pictures.tar", .image), ("photos/scenes.tar.zst", .image),
    ("archives/bzip2.zip", .text), ("archives/lzma.zip", .text), ("archives/zip64.zip", .text),
    ("archives/gnu.tar", .text),
    ("archives/pax.tar", .text), ("archives/members.tar.gz", .text), ("hostile/lines.tar", .text),
  ]

  @Test(arguments: 0..<subjects.count)
  func archivesNeverTrap(_ subject: Int) throws {
    let (name, media) = Self.subjects[subject]
    print("\(name): VECMILL_SEED=\(Self.seed)")
    var random = SeededRandom(seed: Self.seed &+ UInt64(subject))
    let bytes = try contents(Places.fixtures + "/" + name)
    let folder = try TemporaryFolder()
    for _ in 0..<Self.rounds {
      Self.ingest(try folder.write("a.bin", Self.mutated(bytes, &random)), media)
    }
  }

  @Test func sevenZipsNeverTrap() throws {
    var random = SeededRandom(seed: Self.seed)
    let bytes = ArchiveMaker.make(.sevenZip, [("a.txt", Array("text\n".utf8)), ("b/c.txt", Array("more\n".utf8))])
    let folder = try TemporaryFolder()
    for _ in 0..<Self.rounds { Self.ingest(try folder.write("a.7z", Self.mutated(bytes, &random)), .text) }
  }

  @Test func picturesAndTablesNeverTrap() throws {
    var random = SeededRandom(seed: Self.seed)
    var limits = ImageLimits()
    limits.maxPixels = 1 << 22
    let decoder = ImageDecoder(minimumSide: 20, limits: limits)
    for (_, bytes) in try ImageDecoderTests.pictures("scenes.zip") {
      for _ in 0..<Self.rounds { _ = try? decoder.decode(Self.mutated(bytes, &random)) }
    }
    let folder = try TemporaryFolder()
    let texts = [
      ("a.csv", "id,text\n1,\"a \"\"b\"\"\nc\"\n2,é\n"), ("a.tsv", "id\ttext\n1\tb\n"),
      ("a.jsonl", "{\"id\":1,\"text\":\"\\u00e9\\ud83d\\ude00\",\"x\":[1,{\"y\":-1.5e3}]}\n{\"text\":\"b\"}\n"),
    ]
    for (name, text) in texts {
      for _ in 0..<Self.rounds { Self.ingest(try folder.write(name, Self.mutated(Array(text.utf8), &random)), .text) }
    }
    let record = RecordCodec.encode([RecordCodecTests.full, RecordCodecTests.least])
    for _ in 0..<Self.rounds * 20 { _ = try? RecordCodec.decode(Self.mutated(record, &random)) }
  }

  @Test func vectorsNeverTrap() throws {
    var random = SeededRandom(seed: Self.seed)
    let folder = try TemporaryFolder()
    let values = (0..<12).map { _ in Float(random.unit()) }
    let bytes = Matrix(rows: 4, columns: 3, values: values).numpyBytes
    let data = Array(bytes.suffix(48))
    var rows: [UInt8] = []
    for row in 0..<4 { rows += [3, 0, 0, 0] + data[row * 12..<row * 12 + 12] }
    for (name, bytes) in [("a.npy", bytes), ("a.fvecs", rows), ("a.fbin", [4, 0, 0, 0, 3, 0, 0, 0] + data)] {
      for _ in 0..<Self.rounds {
        let path = try folder.write(name, Self.mutated(bytes, &random))
        guard let file = try? VectorFile(path: path) else { continue }
        let stream = VectorStream(file, archive: "a", options: RecordOptions(media: .image))
        while let shard = try? stream.nextShard() { #expect(shard.vectors.rows == shard.shard.records.count) }
      }
    }
  }
}
