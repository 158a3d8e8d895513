import Artifacts
import Pipelines
import Tensors
import VectorSearch

/// The queries of an evaluation: vectors as the index's input has them, and the ids that may not answer themselves.
struct QuerySet {
  var vectors: Matrix
  /// The record id of each query; -1 where it is not of the corpus.
  var ids: [Int64]

  static func draw(
    _ queries: EvaluateStage.Queries, seed: UInt64, _ corpus: JobInput, _ job: Job
  ) throws -> QuerySet {
    switch queries {
    case .heldOut(let count): try heldOut(count, seed: seed, corpus)
    case .input(let place): try given(job.inputs[place], corpus, job)
    }
  }

  private static func heldOut(_ count: Int, seed: UInt64, _ corpus: JobInput) throws -> QuerySet {
    let manifest = try corpus.manifest
    guard let first = manifest.shards.first(where: { $0.rows > 0 }) else {
      return QuerySet(vectors: Matrix(rows: 0, columns: 0), ids: [])
    }
    var random = SeededRandom(seed: seed)
    let rows = random.sample(count, below: manifest.rows)
    let columns = try VectorShards.vectors(first, in: corpus.artifact).columns
    let vectors = try VectorShards.rows(rows, of: manifest, in: corpus.artifact, dimension: columns)
    var ids: [Int64] = []
    var start = 0
    for shard in manifest.shards {
      let mine = rows.filter { (start..<start + shard.rows).contains($0) }
      if !mine.isEmpty {
        let all = try VectorShards.ids(shard, in: corpus.artifact)
        ids += mine.map { all[$0 - start] }
      }
      start += shard.rows
    }
    return QuerySet(vectors: vectors, ids: ids)
  }

  /// Queries of a stage of their own go through the corpus' normalize and adapt stages unless they went through one already.
  private static func given(_ input: JobInput, _ corpus: JobInput, _ job: Job) throws -> QuerySet {
    let parts = try input.manifest.shards.map { try VectorShards.vectors($0, in: input.artifact) }
    let columns = parts.first { $0.rows > 0 }?.columns ?? 0
    if let other = parts.first(where: { $0.rows > 0 && $0.columns != columns }) {
      throw MixedDimensions(shard: input.stage, columns: other.columns, expected: columns)
    }
    let vectors = Matrix(stacking: parts.filter { $0.rows > 0 }, columns: columns)
    let isNormalized = Preparation.kinds.contains(input.recipe.kind)
    let chain = isNormalized ? [] : try Preparation.chain(of: job)
    let ready = chain.isEmpty ? vectors : chain.applied(to: vectors, threads: job.threads)
    return QuerySet(vectors: ready, ids: Array(repeating: -1, count: ready.rows))
  }
}
