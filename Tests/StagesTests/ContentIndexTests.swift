import Artifacts
import Foundation
import Media
import Stages
import SystemPackage
import Tensors
import TestSupport
import Testing

/// The files by which rows are found again, against a dictionary.
@Suite struct ContentIndexTests {
  private let folder: TemporaryFolder
  private let artifact: Artifact

  init() throws {
    folder = try TemporaryFolder()
    artifact = Artifact(at: folder.path.appending("features-0123456789abcdef"))
    try SystemDisk().makeFolder(artifact.path)
  }

  private func key(_ number: Int) -> ContentKey { ContentKey(Digest(of: "content \(number)")) }

  /// A shard's checkpoint with a file of rows and one of contents.
  private func shard(_ number: Int, _ contents: ShardContents) throws -> Checkpoint {
    let id = ShardID(part: number / 3, number: number % 3)
    func commit(_ bytes: [UInt8], _ ending: String) throws -> CommittedFile {
      try DurableFile.commit(bytes, at: artifact.path(of: "embed-\(id)\(ending)"))
    }
    return Checkpoint(
      phase: "embed", shard: id, key: Digest(of: "\(number)"),
      files: [
        try commit(Matrix(rows: contents.rows.count, columns: 2).numpyBytes, ".npy"), try commit(contents.bytes, ".contents"),
      ], rows: contents.rows.count, rejects: contents.refusals.isEmpty ? [:] : ["malformed": contents.refusals.count])
  }

  /// Shards of random contents, some refused, some there more than once.
  private func shards(_ seed: UInt64, count: Int = 9, among contents: Int = 400) throws -> [(ShardContents, Checkpoint)] {
    var random = SeededRandom(seed: seed)
    return try (0..<count).map { number in
      var all = ShardContents()
      for _ in 0..<random.below(60) {
        let content = random.below(contents)
        if content % 13 == 0 {
          all.refusals.append(.init(key: key(content), code: .malformed, message: "no \"\(content)\"\n"))
        } else {
          all.rows.append(key(content))
        }
      }
      return (all, try shard(number, all))
    }
  }

  @Test func contentsAreReadAsTheyWereWritten() throws {
    for (contents, checkpoint) in try shards(runSeed("contents")) {
      #expect(try ShardContents(checkpoint.file(ending: ".contents")!, in: artifact) == contents)
    }
  }

  /// Sorted in one piece or in many: the same bytes.
  @Test(arguments: [1 << 20, 100, 7]) func everyContentIsFoundWhereItIs(_ most: Int) throws {
    let shards = try shards(runSeed("index"))
    let file = try #require(try ContentIndex.write(shards.map(\.1), columns: 2, in: artifact, most: most))
    let index = try ContentIndex(file, in: artifact, phase: "embed")
    var known: [ContentKey: [(Int, UInt32)]] = [:]
    for (place, (contents, _)) in shards.enumerated() {
      for (row, key) in contents.rows.enumerated() { known[key, default: []].append((place, UInt32(row))) }
      for (row, refusal) in contents.refusals.enumerated() {
        known[refusal.key, default: []].append((place, UInt32(row) | ContentIndex.refusalMark))
      }
    }
    #expect(index.count == known.values.reduce(0) { $0 + $1.count } && index.shardCount == shards.count && index.columns == 2)
    for number in 0..<420 {
      let found = index.find(key(number))
      #expect((found == nil) == (known[key(number)] == nil))
      if let found { #expect(known[key(number)]!.contains { $0 == (Int(found.shard), found.row) }) }
    }
    for (place, (_, checkpoint)) in shards.enumerated() {
      let shard = index.shard(place)
      #expect(
        shard.id == checkpoint.shard && shard.rows == checkpoint.rows && [shard.vectors, shard.contents] == checkpoint.files)
    }
    let whole = try #require(try ContentIndex.write(shards.map(\.1), columns: 2, in: artifact))
    #expect(whole == file)
  }

  @Test func whatIsMissingInAnotherIsCountedWithItsRepetitions() throws {
    let seed = runSeed("missing")
    let (one, other) = (try shards(seed), try shards(seed &+ 1))
    func index(_ shards: [(ShardContents, Checkpoint)]) throws -> ContentIndex {
      // The files of the other have the same names.
      let again = try zip(0..., shards.map(\.0)).map { try shard($0, $1) }
      return try ContentIndex(#require(try ContentIndex.write(again, columns: 2, in: artifact)), in: artifact, phase: "embed")
    }
    func tally(_ shards: [(ShardContents, Checkpoint)]) -> [ContentKey: Int] {
      shards.flatMap { $0.0.rows + $0.0.refusals.map(\.key) }.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }
    let first = try index(one)
    let second = try index(other)
    let gone = tally(one).reduce(0) { $0 + max(0, $1.value - (tally(other)[$1.key] ?? 0)) }
    #expect(first.countMissing(in: second) == gone && first.countMissing(in: first) == 0)
  }

  @Test func aDamagedIndexIsRefused() throws {
    let file = try #require(try ContentIndex.write(shards(5).map(\.1), columns: 2, in: artifact))
    let path = artifact.path(of: file.name)
    let bytes = try SystemDisk().read(path)
    for damaged in [Array(bytes.dropLast()), [], bytes.map { $0 ^ 1 }] {
      try DurableFile.commit(damaged, at: path)
      #expect(throws: CorruptFile.self) { try ContentIndex(file, in: artifact, phase: "embed") }
    }
    // Bytes that were committed so, by another program.
    let own = try DurableFile.commit(Array(bytes.dropLast(33)), at: path)
    #expect(throws: CorruptFile.self) { try ContentIndex(own, in: artifact, phase: "embed") }
  }

  @Test func keysAreTheirDigests() {
    let digest = Digest(of: "x")
    #expect(ContentKey(digest) == ContentKey(hex: digest.hex))
    #expect(ContentKey(hex: String(digest.hex.dropLast())) == nil && ContentKey(hex: digest.hex + "0") == nil)
    #expect(ContentKey(hex: digest.hex.uppercased()) == nil)
    let keys = (0..<50).map { Digest(of: "\($0)") }
    #expect(keys.map(ContentKey.init).sorted() == keys.sorted { $0.hex < $1.hex }.map(ContentKey.init))
  }
}
