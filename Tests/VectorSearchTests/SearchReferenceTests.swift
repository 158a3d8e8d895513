import CKernels
import Tensors
import TestSupport
import Testing
import VectorSearch

/// Searches of random shapes, on every CPU level, against distances worked out one by one in double precision.
@Suite(.serialized) struct SearchReferenceTests {
  struct Shape: CustomStringConvertible {
    var type: String, n: Int, d: Int, queries: Int, k: Int
    var metric = Metric.l2
    var description: String { "\(type) n \(n) d \(d) queries \(queries) k \(k) \(metric)" }
  }

  /// One of each kind with everything else drawn: dimensions that are multiples of a number of parts, often odd.
  static func shape(_ kind: Int, _ random: inout SeededRandom) -> Shape {
    let parts = [1, 2, 3, 5, 7, 8, 16][random.below(7)]
    let most = [4, 9, 31, 1024 / parts][random.below(4)]
    let d = parts * (1 + random.below(max(1, most)))
    let lists = 1 + random.below(9)
    let n = [lists, 40, 63, 64, 65, 700][random.below(6)] + (kind % 2) * random.below(40)
    let type = [
      "Flat", "PQ\(parts)", "PQ\(parts)x4", "PQ\(parts)x4fs", "IVF\(lists),Flat", "IVF\(lists),PQ\(parts)",
      "IVF\(lists),PQ\(parts)x4", "IVF\(lists),PQ\(parts)x4fs", "PQ\(parts),RFlat", "IVF\(lists),PQ\(parts),Refine(SQ8)",
    ][kind]
    return Shape(
      type: type, n: max(n, lists), d: d, queries: [1, 2, 17, 40][random.below(4)], k: [1, 2, 10, 100, 1000][random.below(5)],
      metric: random.below(2) == 0 ? .l2 : .ip)
  }

  @Test(arguments: 0..<10, 0..<3)
  func answersAreTheNearest(kind: Int, round: Int) throws {
    var random = SeededRandom(seed: runSeed("reference \(kind) \(round)"))
    let shape = Self.shape(kind, &random)
    let base = clusteredVectors(shape.n, shape.d, seed: UInt64(random.below(1 << 30)), clusters: 5)
    let queries = clusteredVectors(shape.queries, shape.d, seed: UInt64(random.below(1 << 30)), clusters: 5)
    let trained = try TrainedQuantizer(
      training: base, type: FactoryType(shape.type), metric: shape.metric, options: TrainingOptions(seed: 3, threads: 2))
    let shard = try trained.encoded(base, threads: 2)
    let stored = Self.stored(trained, shard)
    // A refinement looks at all that there are, so that it too finds the nearest of what it stores.
    let options = SearchOptions(nprobe: 16, refinementFactor: 1000, threads: 2)
    var first: SearchResult?
    defer { vm_cpu_level_set(-1) }
    vm_cpu_level_set(-1)
    for level in 0...vm_cpu_level() {
      vm_cpu_level_set(level)
      // Built on the level: the AVX2 scan numbers centroids anew.
      let found = try VectorIndex(trained, shards: [shard]).search(queries, k: shape.k, options: options)
      if first == nil { Self.check(found, queries, stored, shape) }
      #expect(found == first ?? found, "\(shape), level \(level)")
      first = found
    }
  }

  /// What the index holds of every vector, in double precision.
  private static func stored(_ trained: TrainedQuantizer, _ shard: EncodedShard) -> [[Double]] {
    let d = trained.codedDimension
    return (0..<shard.count).map { row in
      var vector: [Double]
      switch trained.refinement {
      case .flat:
        return floats(shard.refinement[row * 4 * d..<(row + 1) * 4 * d])
      case .scalar(let quantizer):
        return (0..<d).map {
          Double(quantizer.minima[$0]) + Double(quantizer.spans[$0]) * (Double(shard.refinement[row * d + $0]) + 0.5) / 255
        }
      case nil: break
      }
      let code = Array(shard.codes[row * trained.codeSize..<(row + 1) * trained.codeSize])
      switch trained.code {
      case .flat: vector = floats(code[...])
      case .product(let quantizer, _): vector = decoded(code, quantizer)
      }
      if let coarse = trained.coarse, coarse.byResidual {
        for t in 0..<d { vector[t] += Double(coarse.centroids[Int(shard.lists[row]), t]) }
      }
      return vector
    }
  }

  private static func decoded(_ code: [UInt8], _ quantizer: ProductQuantizer) -> [Double] {
    (0..<quantizer.parts).flatMap { part -> [Double] in
      let number = quantizer.bits == 8 ? Int(code[part]) : Int(code[part / 2] >> UInt8(part % 2 * 4) & 15)
      return quantizer.centroids[row: part << quantizer.bits + number].map(Double.init)
    }
  }

  private static func floats(_ bytes: ArraySlice<UInt8>) -> [Double] {
    stride(from: bytes.startIndex, to: bytes.endIndex, by: 4).map { at in
      Double(Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(bytes[at + $1]) << UInt32(8 * $1) }))
    }
  }

  private static func check(_ found: SearchResult, _ queries: Matrix, _ stored: [[Double]], _ shape: Shape) {
    for query in 0..<queries.rows {
      let x = queries[row: query].map(Double.init)
      let exact = stored.map { y -> Double in
        shape.metric == .l2
          ? zip(x, y).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } : -zip(x, y).reduce(0) { $0 + $1.0 * $1.1 }
      }
      let order = exact.indices.sorted { (exact[$0], $0) < (exact[$1], $1) }
      let scale = 1e-5 * (x.reduce(0) { $0 + $1 * $1 } + exact.reduce(0) { max($0, abs($1)) }) + 1e-5
      let (ids, distances) = (Array(found[ids: query]), Array(found[distances: query]))
      let there = min(shape.k, shape.n)
      #expect(ids[there...].allSatisfy { $0 == -1 } && Set(ids[..<there]).count == there, "\(shape): \(ids)")
      for rank in 0..<there {
        guard exact.indices.contains(Int(ids[rank])) else { return #expect(Bool(false), "\(shape): id \(ids[rank])") }
        let told = Double(distances[rank]) * (shape.metric == .l2 ? 1 : -1)
        // The distance told is that of the id, and as near as the rank's.
        #expect(abs(told - exact[Int(ids[rank])]) <= scale, "\(shape) rank \(rank): \(told), \(exact[Int(ids[rank])])")
        #expect(abs(exact[Int(ids[rank])] - exact[order[rank]]) <= 2 * scale, "\(shape) rank \(rank)")
      }
    }
  }
}
