import Artifacts
import Foundation
import IndexFormats
import SystemPackage
import Tensors
import Testing
import VectorSearch

/// Faiss files written, read and damaged. bench/pq/check_faiss_files.py holds them against Faiss itself.
@Suite struct FaissFormatTests {
  static let types = [
    "Flat", "PQ8", "PQ11x4", "PQ8x4fs", "PQ11x4fs", "OPQ11,PQ11", "OPQ4_8,PQ4", "IVF8,Flat", "IVF8,PQ11", "IVF8,PQ11x4fs",
    "PQ11,RFlat", "PQ11,Refine(SQ8)", "IVF8,PQ11,RFlat", "OPQ11,IVF8,PQ11,Refine(SQ8)",
  ]

  static func vectors(_ rows: Int, seed: UInt64) -> Matrix {
    var random = SeededRandom(seed: seed)
    return Matrix(rows: rows, columns: 22, values: (0..<rows * 22).map { _ in Float(random.unit() * 2 - 0.7) })
  }

  struct Built {
    let content: ShardedContent
    let index: VectorIndex
    let front: [VectorTransform]
  }

  static func build(_ type: String, metric: Metric, ids: Bool, front: Bool) throws -> Built {
    let raw = vectors(330, seed: 5)
    var steps: [VectorTransform] = []
    if front {
      let components = try PrincipalComponents(of: raw, threads: 1)
      steps = [
        .linear(try .centering(of: raw)),
        .linear(try LinearTransform(components, dimensions: 22, whiten: true, epsilon: 0.01)), .l2,
      ]
    }
    let base = steps.applied(to: raw, threads: 1)
    let trained = try TrainedQuantizer(
      training: base,
      type: FactoryType(type == "PQ8" || type == "PQ8x4fs" ? type.replacingOccurrences(of: "8", with: "2") : type),
      metric: metric, options: TrainingOptions(seed: 3))
    let shards = try stride(from: 0, to: 330, by: 47).map { start in
      let rows = start..<min(330, start + 47)
      return try trained.encoded(base[rows: rows], ids: ids ? rows.map { 7_000_000_000 + Int64($0) } : [], threads: 1)
    }
    let content = try ShardedContent(trained.prepending(steps), shardCount: shards.count, memory: 999) { shards[$0] }
    return Built(content: content, index: try VectorIndex(trained, shards: shards).prepending(steps), front: steps)
  }

  @Test("what is written is read", arguments: types, Metric.allCases)
  func roundTrip(type: String, metric: Metric) throws {
    for (ids, front) in [(false, false), (true, true)] {
      let built = try Self.build(type, metric: metric, ids: ids, front: front)
      let bytes = try FaissWriter.bytes(built.index)
      #expect(try FaissWriter.bytes(built.content) == bytes, "streamed")
      let read = try FaissReader.index(bytes: bytes)
      #expect(try FaissWriter.bytes(read) == bytes)
      #expect(read.metric == metric || (metric == .ip && front))
      let queries = Self.vectors(9, seed: 6)
      let options = SearchOptions(nprobe: 3)
      #expect(try read.search(queries, k: 12, options: options) == built.index.search(queries, k: 12, options: options))
      let empty = try FaissReader.index(bytes: FaissWriter.bytes(built.index.trained))
      #expect(try FaissWriter.bytes(empty) == FaissWriter.bytes(built.index.trained))
      #expect(empty.count == 0)
    }
  }

  @Test("a mapped file answers as one that was read", arguments: types, [Metric.l2, .ip])
  func mapped(type: String, metric: Metric) throws {
    let path = NSTemporaryDirectory() + "vecmill-mapped-\(UUID().uuidString).faiss"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let built = try Self.build(type, metric: metric, ids: true, front: true).index
    try Data(FaissWriter.bytes(built)).write(to: URL(filePath: path))
    let mapped = try FaissReader.index(path: path, mapped: true)
    let queries = Self.vectors(9, seed: 6)
    for threads in [1, 4] {
      let options = SearchOptions(nprobe: 3, filter: mapped.allowing { $0 % 3 != 0 }, threads: threads)
      let expected = try built.search(queries, k: 12, options: options)
      #expect(try mapped.search(queries, k: 12, options: options) == expected)
    }
    #expect(try FaissWriter.bytes(mapped) == FaissWriter.bytes(built))
  }

  @Test func trainedQuantizersComeBackTheSame() throws {
    for type in ["PQ11", "OPQ11,PQ11", "OPQ11,IVF8,PQ11", "IVF8,Flat"] {
      let trained = try Self.build(type, metric: .cosine, ids: false, front: false).index.trained
      #expect(try FaissReader.index(bytes: FaissWriter.bytes(trained)).trained == trained)
    }
  }

  @Test("a file cut short is refused", arguments: types)
  func truncated(type: String) throws {
    let bytes = try FaissWriter.bytes(Self.build(type, metric: .l2, ids: true, front: true).index)
    for length in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 97)) {
      #expect(throws: FaissError.self) { try FaissReader.index(bytes: Array(bytes[..<length])) }
    }
  }

  @Test("damaged files are refused or searched, and crash nothing", arguments: types)
  func damaged(type: String) throws {
    let given = ProcessInfo.processInfo.environment["VECMILL_SEED"].flatMap(UInt64.init)
    let seed = given ?? UInt64.random(in: 0..<1 << 32)
    print("damaged \(type): VECMILL_SEED=\(seed)")
    var random = SeededRandom(seed: seed)
    let bytes = try FaissWriter.bytes(Self.build(type, metric: .l2, ids: true, front: true).index)
    for _ in 0..<200 {
      var copy = bytes
      for _ in 0...random.below(4) {
        // Headers and lengths are near the ends of the parts; half of the damage goes to the first bytes.
        let at = random.below(2) == 0 ? random.below(min(400, copy.count)) : random.below(copy.count)
        copy[at] = [0, 1, 0x7F, 0x80, 0xFF, UInt8(random.below(256))][random.below(6)]
      }
      guard let index = try? FaissReader.index(bytes: copy) else { continue }
      _ = try? index.search(Matrix(rows: 2, columns: index.dimension), k: 3)
    }
  }

  @Test func errorsSayWhere() {
    let unknown = Array("IHNf".utf8) + [UInt8](repeating: 0, count: 100)
    let error = #expect(throws: FaissError.self) { try FaissReader.index(bytes: unknown) }
    #expect(error?.description.contains("\"IHNf\" is not supported") == true)
    let missing = #expect(throws: DiskError.self) { try FaissReader.index(path: "/nonexistent/index.faiss") }
    #expect(missing?.path == "/nonexistent/index.faiss" && missing?.errno == .noSuchFileOrDirectory)
    #expect(throws: FaissError.self) { try FaissReader.index(bytes: []) }
  }
}
