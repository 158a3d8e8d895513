import Artifacts
import Bundles
import IndexFormats
import Media
import Pipelines
import Tensors

/// The rows of an index as exports take them: shard by shard, each vector with its record.
struct ExportShards {
  let records: JobInput
  let vectors: JobInput

  /// Vectors a shard of which some were rejected have fewer rows than records; both are in the same order.
  func forEach(_ body: (ExportShard) throws -> Void) throws {
    try forEachPair { shard, known in
      let ids = try VectorShards.ids(shard, in: vectors.artifact)
      let matrix = try VectorShards.vectors(shard, in: vectors.artifact)
      try body(ExportShard(items: try items(ids, known, shard), vectors: matrix))
    }
  }

  /// Scalar sidecar fields of all items.
  func fields() throws -> [ItemField] {
    var survey = ItemFieldSurvey()
    // Most corpora of pictures have none, and reading every record to find that is not little of a night's work.
    try forEachPair(where: { try RecordShards.hasFields($0, in: records.artifact) }) { shard, known in
      for item in try items(VectorShards.ids(shard, in: vectors.artifact), known, shard) { try survey.note(item) }
    }
    return survey.fields
  }

  func dimension() throws -> Int {
    guard let first = try vectors.manifest.shards.first(where: { $0.rows > 0 }) else { return 0 }
    return try VectorShards.vectors(first, in: vectors.artifact).columns
  }

  private func forEachPair(
    where isWanted: (Checkpoint) throws -> Bool = { _ in true }, _ body: (Checkpoint, [Record]) throws -> Void
  )
    throws
  {
    let known = Dictionary(uniqueKeysWithValues: try records.manifest.shards.map { ($0.shard!, $0) })
    for shard in try vectors.manifest.shards where shard.rows > 0 {
      guard let partner = known[shard.shard!] else { throw MissingWork(stage: records.stage, phase: "\(shard.shard!)") }
      guard try isWanted(partner) else { continue }
      try body(shard, try RecordShards.read(partner, in: records.artifact))
    }
  }

  private func items(_ ids: [Int64], _ records: [Record], _ shard: Checkpoint) throws -> [Item] {
    var items: [Item] = []
    items.reserveCapacity(ids.count)
    var next = 0
    for id in ids {
      while next < records.count, records[next].id != id { next += 1 }
      guard next < records.count else {
        throw CorruptFile(vectors.artifact.path(of: shard.stem), "the vector of id \(id) has no record")
      }
      items.append(Item(records[next]))
      next += 1
    }
    return items
  }
}
