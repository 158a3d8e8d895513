import Artifacts
import Pipelines
import Tensors

/// Vectors as the embedder made them, before any normalize stage: what another index with a preprocessing of its own is asked with.
struct EmbeddedRows {
  let input: JobInput

  /// - Parameter lineage: of vectors, themselves first.
  init?(_ lineage: [JobInput]) throws {
    let last = lineage.lastIndex { $0.recipe.kind == NormalizeStage.kind.name }
    let place = last.map { $0 + 1 } ?? 0
    guard place < lineage.count, try lineage[place].manifest.shards.contains(where: { $0.rows > 0 }) else { return nil }
    input = lineage[place]
  }

  /// Those of one stage, whatever went before it.
  init(at input: JobInput) { self.input = input }

  /// The rows of some ids, in their order.
  ///
  /// - Throws: `MissingWork` if one is not there.
  func rows(of ids: [Int64]) throws -> Matrix {
    var found: [Int64: [Float]] = [:]
    let wanted = Set(ids)
    var columns = 0
    for shard in try input.manifest.shards where shard.rows > 0 && found.count < wanted.count {
      let own = try VectorShards.ids(shard, in: input.artifact)
      guard own.contains(where: wanted.contains) else { continue }
      let vectors = try VectorShards.vectors(shard, in: input.artifact)
      columns = vectors.columns
      for (row, id) in own.enumerated() where wanted.contains(id) { found[id] = Array(vectors[row: row]) }
    }
    var values: [Float] = []
    for id in ids {
      guard let row = found[id] else { throw MissingWork(stage: input.stage, phase: "vector of id \(id)") }
      values += row
    }
    return Matrix(rows: ids.count, columns: columns, values: values)
  }

  /// All rows, one below the other.
  func all() throws -> Matrix {
    let parts = try input.manifest.shards.filter { $0.rows > 0 }.map { try VectorShards.vectors($0, in: input.artifact) }
    return Matrix(stacking: parts, columns: parts[0].columns)
  }

  /// Hands out every shard that has rows.
  func forEachShard(_ body: (Matrix, [Int64]) throws -> Void) throws {
    for shard in try input.manifest.shards where shard.rows > 0 {
      try Task.checkCancellation()
      try body(VectorShards.vectors(shard, in: input.artifact), VectorShards.ids(shard, in: input.artifact))
    }
  }

  /// So many rows drawn by seed.
  func sample(_ count: Int, seed: UInt64) throws -> Matrix {
    let manifest = try input.manifest
    guard let first = manifest.shards.first(where: { $0.rows > 0 }) else { return Matrix(rows: 0, columns: 0) }
    var random = SeededRandom(seed: seed)
    let columns = try VectorShards.vectors(first, in: input.artifact).columns
    return try VectorShards.rows(random.sample(count, below: manifest.rows), of: manifest, in: input.artifact, dimension: columns)
  }
}
