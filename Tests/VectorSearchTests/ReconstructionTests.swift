import Tensors
import Testing
import VectorSearch

@Suite struct ReconstructionTests {
  private func vectors(_ rows: Int, _ columns: Int) -> Matrix {
    var random = SeededRandom(seed: 11)
    return Matrix(
      rows: rows, columns: columns, values: (0..<rows * columns).map { _ in Float(random.unit() * 2 - 1) })
  }

  private func index(_ type: String, _ metric: Metric, behind chain: [VectorTransform], _ raw: Matrix) throws
    -> VectorIndex
  {
    let stored = chain.applied(to: raw, threads: 1)
    let trained = try TrainedQuantizer(
      training: stored, type: FactoryType(type), metric: metric, options: TrainingOptions())
    let ids = (0..<raw.rows).map { Int64($0 * 10 + 7) }
    return try VectorIndex(trained, shards: [try trained.encoded(stored, ids: ids, threads: 1)]).prepending(chain)
  }

  @Test("an uncompressed vector comes back, through centering and a whole rotation")
  func exact() throws {
    let raw = vectors(500, 12)
    let components = try PrincipalComponents(of: raw, threads: 1)
    for whiten in [false, true] {
      let chain: [VectorTransform] = [
        .linear(try .centering(of: raw)),
        .linear(try LinearTransform(components, dimensions: 12, whiten: whiten, epsilon: 0)),
      ]
      let index = try index("Flat", .l2, behind: chain, raw)
      let back = try #require(index.reconstructed(137))
      for (one, other) in zip(back.values, raw[row: 13]) { #expect(abs(one - other) < 1e-4) }
    }
  }

  @Test(
    "what comes back finds its own id",
    arguments: ["Flat", "IVF8,Flat", "PQ6", "PQ6x4", "IVF8,PQ6", "OPQ6,PQ6", "OPQ6,IVF8,PQ6", "IVF8,PQ6,RFlat"],
    [Metric.l2, .cosine])
  func findsItself(_ type: String, _ metric: Metric) throws {
    let raw = vectors(2000, 12)
    let chain: [VectorTransform] = [.linear(try .centering(of: raw))]
    let index = try index(type, metric, behind: chain, raw)
    for row in [0, 777, 1999] {
      let query = try #require(index.reconstructed(Int64(row * 10 + 7)))
      let found = try index.search(query, k: 20, options: SearchOptions(nprobe: 8))
      #expect(found.ids.contains(Int64(row * 10 + 7)), "\(type) \(row)")
    }
    #expect(index.reconstructed(8) == nil)
  }
}
