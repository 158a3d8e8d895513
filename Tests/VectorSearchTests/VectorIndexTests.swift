import CKernels
import Tensors
import Testing
import VectorSearch

@Suite struct VectorIndexTests {
  static let types = [
    "Flat", "PQ8", "PQ16x4", "PQ8x4fs", "OPQ8,PQ8", "OPQ8_16,PQ8", "IVF16,Flat", "IVF16,PQ8", "IVF16,PQ8x4fs",
    "PQ8,RFlat", "IVF16,PQ8,Refine(SQ8)", "OPQ8,IVF16,PQ8,RFlat",
  ]

  static func build(
    _ type: String, _ base: Matrix, metric: Metric, threads: Int, pieces: Int = 3, ids: Bool = false
  ) throws -> VectorIndex {
    let trained = try TrainedQuantizer(
      training: base, type: FactoryType(type), metric: metric,
      options: TrainingOptions(seed: 5, threads: threads))
    let size = (base.rows + pieces - 1) / pieces
    let shards = try stride(from: 0, to: base.rows, by: size).map { start in
      let rows = start..<min(base.rows, start + size)
      return try trained.encoded(
        base[rows: rows], ids: ids ? rows.map { Int64($0) * 3 + 1000 } : [], threads: threads)
    }
    return try VectorIndex(trained, shards: shards.map { try EncodedShard(bytes: $0.bytes) })
  }

  @Test("finds what is near", arguments: types, Metric.allCases)
  func recall(type: String, metric: Metric) throws {
    let base = clusteredVectors(2000, 32, seed: 11)
    let queries = clusteredVectors(2000, 32, seed: 11)[rows: 0..<50]
    let truth = try ExactSearch.search(queries, in: base, k: 10, metric: metric, threads: 2)
    let index = try Self.build(type, base, metric: metric, threads: 2)
    let found = try index.search(queries, k: 10, options: SearchOptions(nprobe: 16, threads: 2))
    let overlap = Recall.overlap(at: 10, of: found, truth: truth)
    let least = type == "Flat" ? 1 : type.contains("Flat") ? 0.6 : type.contains("x4") ? 0.1 : 0.25
    #expect(overlap >= least)
    if type == "Flat" { #expect(found == truth) }
  }

  @Test("the same at any number of threads and shards", arguments: types)
  func determinism(type: String) throws {
    let base = clusteredVectors(1500, 32, seed: 21)
    let queries = clusteredVectors(7, 32, seed: 22)
    let one = try Self.build(type, base, metric: .l2, threads: 1)
    let expected = try one.search(queries, k: 20)
    for threads in [2, 4] {
      let many = try Self.build(type, base, metric: .l2, threads: threads, pieces: threads * 2)
      #expect(many.trained == one.trained)
      #expect(try many.search(queries, k: 20, options: SearchOptions(threads: threads)) == expected)
      for query in 0..<queries.rows {
        let single = try one.search(queries[rows: query..<query + 1], k: 20, options: SearchOptions(threads: threads))
        #expect(Array(single.ids) == Array(expected[ids: query]))
      }
    }
  }

  /// Their products overflow to what is no number, to which no list is near: none may be looked up for it.
  @Test("queries at the end of the numbers", arguments: types.filter { $0.contains("IVF") })
  func largest(type: String) throws {
    let index = try Self.build(type, clusteredVectors(900, 32, seed: 31), metric: .l2, threads: 2)
    let largest = Float.greatestFiniteMagnitude
    let queries = Matrix(rows: 3, columns: 32, values: (0..<96).map { $0 % 3 == 0 ? -largest : largest })
    for (rows, threads) in [(1, 1), (1, 4), (3, 1), (3, 4)] {
      let found = try index.search(queries[rows: 0..<rows], k: 5, options: SearchOptions(nprobe: 4, threads: threads))
      #expect(found.ids.allSatisfy { (-1..<900).contains($0) }, "\(rows) at once, \(threads) threads")
    }
  }

  @Test("ids and filters", arguments: types)
  func filters(type: String) throws {
    let base = clusteredVectors(900, 32, seed: 31)
    let index = try Self.build(type, base, metric: .l2, threads: 2, ids: true)
    let queries = base[rows: 0..<5]
    let all = try index.search(queries, k: 900, options: SearchOptions(nprobe: 16))
    #expect(all.ids.allSatisfy { $0 >= 1000 && ($0 - 1000) % 3 == 0 })
    let even = index.allowing { $0 % 2 == 0 }
    #expect(even.count == 450)
    let some = try index.search(queries, k: 900, options: SearchOptions(nprobe: 16, filter: even))
    for query in 0..<5 {
      let expected = all[ids: query].filter { $0 % 2 == 0 }
      #expect(Array(some[ids: query].prefix(450)) == expected)
      #expect(Array(some[ids: query].suffix(450)) == [Int64](repeating: -1, count: 450))
    }
    let none = try index.search(queries, k: 3, options: SearchOptions(filter: index.allowing([Int64]())))
    #expect(none.ids.allSatisfy { $0 == -1 } && none.distances.allSatisfy { $0 == .infinity })
  }

  @Test("the same on every CPU level", arguments: types, [Metric.l2, .ip])
  func levels(type: String, metric: Metric) throws {
    let base = clusteredVectors(1200, 32, seed: 61)
    let queries = clusteredVectors(5, 32, seed: 62)
    defer { vm_cpu_level_set(-1) }
    vm_cpu_level_set(-1)
    let highest = vm_cpu_level()
    var expected: (trained: TrainedQuantizer, found: SearchResult)?
    for level in 0...highest {
      vm_cpu_level_set(level)
      let index = try Self.build(type, base, metric: metric, threads: 2)
      let found = try index.search(queries, k: 15, options: SearchOptions(nprobe: 5))
      if let expected {
        #expect(index.trained == expected.trained, "level \(level)")
        #expect(found == expected.found, "level \(level)")
      }
      expected = (index.trained, found)
    }
  }

  @Test func tiesGoToTheFirst() throws {
    let base = Matrix(rows: 300, columns: 4, values: (0..<1200).map { Float($0 / 4 % 3) })
    for type in ["Flat", "PQ2", "IVF2,PQ2"] {
      let index = try Self.build(type, base, metric: .l2, threads: 1)
      let found = try index.search(base[rows: 1..<2], k: 5, options: SearchOptions(nprobe: 2))
      #expect(Array(found.ids) == [1, 4, 7, 10, 13], "\(type)")
    }
  }

  @Test func emptyAndTinyIndexes() throws {
    let base = clusteredVectors(3, 8, seed: 1)
    for type in ["Flat", "PQ4", "PQ4x4fs", "IVF2,PQ4"] {
      let trained = try TrainedQuantizer(
        training: base, type: FactoryType(type), metric: .l2, options: TrainingOptions())
      let empty = try VectorIndex(trained, shards: [])
      #expect(try empty.search(base, k: 2).ids == [Int64](repeating: -1, count: 6))
      let index = try VectorIndex(trained, shards: [trained.encoded(base, threads: 1)])
      let found = try index.search(base, k: 5, options: SearchOptions(nprobe: 2))
      for query in 0..<3 { #expect(found[ids: query].first == Int64(query)) }
      #expect(try index.search(Matrix(rows: 0, columns: 8), k: 5).ids.isEmpty)
    }
  }

  @Test func refusesWhatIsNotFinite() throws {
    let base = clusteredVectors(50, 8, seed: 1)
    let index = try Self.build("Flat", base, metric: .l2, threads: 1)
    var bad = base[rows: 0..<2]
    bad[1, 3] = .nan
    let error = #expect(throws: SearchError.self) { try index.search(bad, k: 1) }
    #expect(error?.code == .notFinite)
    bad[1, 3] = .infinity
    #expect(throws: SearchError.self) { try index.trained.encoded(bad, threads: 1) }
    #expect(throws: SearchError.self) { try index.search(clusteredVectors(1, 9, seed: 1), k: 1) }
    #expect(throws: SearchError.self) { try index.search(base, k: 0) }
  }

  @Test func transformsInFrontTakeRawQueries() throws {
    let raw = clusteredVectors(800, 32, seed: 41)
    let components = try PrincipalComponents(of: raw, threads: 1)
    let front: [VectorTransform] = [
      .linear(try .centering(of: raw)), .linear(try LinearTransform(components, dimensions: 16)), .l2,
    ]
    let unit = front.applied(to: raw, threads: 1)
    let index = try Self.build("IVF8,PQ8", unit, metric: .cosine, threads: 1)
    let whole = try index.prepending(front)
    #expect(whole.dimension == 32)
    let queries = raw[rows: 0..<10]
    let direct = try index.search(front.applied(to: queries, threads: 1), k: 10)
    #expect(try whole.search(queries, k: 10).ids == direct.ids)
  }

  @Test func rotationIsNeverWorseThanNone() throws {
    let base = clusteredVectors(3000, 32, seed: 51)
    let options = TrainingOptions(seed: 5, threads: 4)
    let plain = try ProductQuantizer(training: base, parts: 8, bits: 8, options: options)
    let turn = try OrthogonalTransform(
      training: base, parts: 8, bits: 8, dimensions: 32, options: options)
    let turned = turn.map.applied(to: base, threads: 4)
    let rotated = try ProductQuantizer(training: turned, parts: 8, bits: 8, options: options)
    let (with, without) = (rotated.error(on: turned, threads: 4), plain.error(on: base, threads: 4))
    #expect(with <= without * 1.01)
  }
}
