import Glibc
import Media
import Tensors
import TestSupport
import TestSupport
import TestSupport
import TestSupport
import SystemPackage
import Testing

@Suite struct VectorFileTests {
  private static let matrix = Matrix(rows: 3, columns: 2, values: [1, -2.5, 0.125, 1024, 3, 0])

  private func little(_ value: Int32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) } }
  private func bytes(_ value: Float) -> [UInt8] { little(Int32(bitPattern: value.bitPattern)) }
  private var floats: [UInt8] { Self.matrix.numpyBytes.suffix(24) }

  private func numpy(_ element: NumpyHeader.Element, _ shape: [Int], _ data: [UInt8]) -> [UInt8] {
    NumpyHeader(element: element, shape: shape).bytes + data
  }

  @Test func everyFormatGivesTheSameRows() throws {
    let folder = try TemporaryFolder()
    let halves: [UInt16] = [0x3C00, 0xC100, 0x3000, 0x6400, 0x4200, 0]
    let doubles: [Double] = [1, -2.5, 0.125, 1024, 3, 0]
    let rows = (0..<3).map { Array(floats[($0 * 8)..<($0 * 8 + 8)]) }
    let files: [(String, [UInt8])] = [
      ("a.npy", Self.matrix.numpyBytes),
      ("b.npy", numpy(.float16, [3, 2], halves.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] })),
      (
        "c.npy",
        numpy(
          .float64, [3, 2], doubles.flatMap { d in (0..<8).map { UInt8(truncatingIfNeeded: d.bitPattern >> ($0 * 8)) } }
        )
      ),
      ("d.fvecs", rows.flatMap { little(2) + $0 }), ("e.fbin", little(3) + little(2) + floats),
    ]
    for (name, bytes) in files {
      let file = try VectorFile(path: try folder.write(name, bytes))
      #expect(file.rows == 3 && file.columns == 2, "\(name)")
      #expect(try file.matrix(rows: 0..<3) == Self.matrix, "\(name)")
      #expect(try file.matrix(rows: 1..<2) == Self.matrix[rows: 1..<2], "\(name)")
    }
  }

  @Test func bytesBecomeFloats() throws {
    let folder = try TemporaryFolder()
    for (name, bytes) in [
      ("a.bvecs", little(2) + [1, 255] + little(2) + [0, 7]), ("b.u8bin", little(2) + little(2) + [1, 255, 0, 7]),
      ("c.npy", numpy(.uint8, [2, 2], [1, 255, 0, 7])),
    ] {
      let file = try VectorFile(path: try folder.write(name, bytes))
      #expect(try file.matrix(rows: 0..<2).values == [1, 255, 0, 7], "\(name)")
    }
  }

  @Test func rowsThatAreNotFiniteAreRejected() throws {
    let folder = try TemporaryFolder()
    let data = bytes(1) + bytes(.nan) + bytes(2) + bytes(3) + bytes(-.infinity) + bytes(0)
    let file = try VectorFile(path: try folder.write("x.fbin", little(3) + little(2) + data))
    let stream = VectorStream(file, archive: "v/x.fbin", options: RecordOptions(media: .image))
    let shard = try #require(try stream.nextShard())
    #expect(shard.vectors.values == [2, 3] && shard.shard.records.map(\.id) == [1])
    #expect(shard.shard.rejects.map(\.line) == [0, 2] && shard.shard.rejects[0].code == .notFinite)
    #expect(shard.shard.records[0].offset == 16 && shard.shard.records[0].size == 8)
    #expect(try stream.nextShard() == nil)
  }

  /// Long rows make small shards: what a shard holds is bounded.
  @Test func longRowsMakeSmallShards() throws {
    let folder = try TemporaryFolder()
    let file = try VectorFile(
      path: try folder.write("x.npy", Matrix(rows: 10, columns: 64, values: Array(repeating: 1, count: 640)).numpyBytes))
    for (bytes, expected) in [
      (1 << 20, [10]), (4 * 256, [4, 4, 2]), (4 * 256 + 255, [4, 4, 2]), (1, [Int](repeating: 1, count: 10)),
    ] {
      var options = RecordOptions(media: .image)
      options.shardBytes = bytes
      let stream = VectorStream(file, archive: "v", options: options)
      var rows: [Int] = []
      while let shard = try stream.nextShard() { rows.append(shard.vectors.rows) }
      #expect(rows == expected, "\(bytes)")
    }
  }

  @Test func idsComeFromTheCompanion() throws {
    let folder = try TemporaryFolder()
    for (i, name) in ["img_emb_10.npy", "img_emb_2.npy", "img_emb_0.npy"].enumerated() {
      try folder.write("img_emb/" + name, Matrix(rows: 1, columns: 1, values: [Float(i)]).numpyBytes)
    }
    try folder.write("img_emb/img_emb_2.ids.npy", NumpyHeader.bytes(of: [77]))
    try folder.write("metadata/metadata_0.parquet", Array("PAR1".utf8))
    let members = try VectorFolder.members(of: folder.path.string)
    #expect(members.map { $0.path.suffix(14) } == ["/img_emb_0.npy", "/img_emb_2.npy", "img_emb_10.npy"])
    let file = try VectorFile(path: members[1].path, ids: members[1].ids)
    let options = RecordOptions(media: .image)
    #expect(try VectorStream(file, archive: "a", options: options).nextShard()?.shard.records[0].id == 77)
    let plain = try VectorFile(path: members[2].path)
    #expect(try VectorStream(plain, archive: "a", options: options, firstRow: 5).nextShard()?.shard.records[0].id == 5)
  }

  @Test func lengthsAreHeldAgainstTheFile() throws {
    let folder = try TemporaryFolder()
    let bad: [(String, [UInt8])] = [
      ("a.npy", Self.matrix.numpyBytes.dropLast()), ("b.npy", Self.matrix.numpyBytes + [0]),
      ("c.npy", numpy(.float32, [1 << 40, 1 << 9], [])),
      ("d.npy", numpy(.int64, [1, 1], [UInt8](repeating: 0, count: 8))),
      ("e.npy", numpy(.float32, [6], floats)), ("f.fvecs", little(-1) + [0, 0, 0, 0]), ("g.fvecs", [1]),
      ("h.fbin", little(3) + little(0)), ("i.fbin", little(-1) + little(-1)),
      ("j.fbin", little(4) + little(2) + floats),
      ("k.npy", []), ("l.vec", [1]), ("m.fvecs", little(2) + floats), ("n.bvecs", little(1 << 30)),
    ]
    for (name, bytes) in bad {
      let path = try folder.write(name, bytes)
      #expect(throws: ArchiveError.self, "\(name)") { try VectorFile(path: path) }
    }
    let mixed = try folder.write("o.fvecs", little(2) + floats[0..<8] + little(1) + floats[0..<8])
    #expect(throws: ArchiveError.self) { try VectorFile(path: mixed).matrix(rows: 0..<2) }
    let file = try folder.write("p.npy", Self.matrix.numpyBytes)
    let ids = try folder.write("p.ids.npy", NumpyHeader.bytes(of: [1, 2]))
    #expect(throws: ArchiveError.self) { try VectorFile(path: file, ids: ids) }
  }

  @Test func aFileThatWasCutIsAnErrorNotACrash() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("x.fbin", little(3000) + little(2) + [UInt8](repeating: 0, count: 24_000))
    let file = try VectorFile(path: path)
    #expect(try file.matrix(rows: 1500..<3000).rows == 1500)
    #expect(truncate(path, 12_000) == 0)
    #expect(try file.matrix(rows: 0..<1000).rows == 1000)
    #expect(throws: ArchiveError.self) { try file.matrix(rows: 1400..<3000) }
  }
}
