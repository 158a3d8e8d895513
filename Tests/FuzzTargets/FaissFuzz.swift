import IndexFormats
import Tensors
import VectorSearch

/// Index files: opened, searched, and one vector taken back out of its code.
enum FaissFuzz {
  static func run(_ bytes: [UInt8]) {
    guard let index = try? FaissReader.index(bytes: bytes) else { return }
    // A search costs what the index is worth: enough is seen in small ones.
    guard index.dimension <= 4096, index.count <= 1 << 16 else { return }
    let query = Matrix(rows: 1, columns: index.dimension, values: (0..<index.dimension).map { Float($0 % 7) - 3 })
    guard let result = try? index.search(query, k: min(5, max(index.count, 1)), options: SearchOptions(threads: 1)) else {
      return
    }
    for id in result[ids: 0] where id != -1 { _ = index.reconstructed(id) }
  }

  static func examples() throws -> [[UInt8]] {
    let vectors = Matrix(rows: 64, columns: 8, values: (0..<512).map { Float(($0 * 37) % 101) / 10 })
    let types = [
      "Flat", "PQ4x4fs", "PQ4x4", "IVF4,Flat", "IVF4,PQ4x4", "IVF4,PQ4x4fs", "OPQ4_8,IVF4,PQ4x4", "PQ4x4,RFlat",
      "PQ4x4,Refine(SQ8)",
    ]
    return try types.flatMap { name in
      let type = try FactoryType(name)
      return try [Metric.l2, .cosine].map { metric in
        var options = TrainingOptions(seed: 1, threads: 1)
        options.iterations = 2
        let trained = try TrainedQuantizer(training: vectors, type: type, metric: metric, options: options)
        let shard = try trained.encoded(vectors, ids: (0..<64).map { Int64($0 * 3) }, threads: 1)
        return try FaissWriter.bytes(ShardedContent(trained, shardCount: 1) { _ in shard })
      }
    }
  }
}
