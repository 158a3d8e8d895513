import Artifacts
import Media
import Pipelines
import Tensors
import VectorSearch

/// `deduplicate`: keeps the first of records with the same content, or of vectors that lie within a distance of each other.
///
/// What is left out is told in `.duplicates.jsonl`: the id of each and of the one that stands for it.
struct DeduplicateStage: Stage {
  let output: ArtifactType
  /// Euclidean distance between vectors of unit length, at most; nil compares contents.
  let distance: Double?

  /// Vectors compared among each other, one by one, before the kernels compare the rest with them.
  private static let block = 512

  var phases: [Phase] { [Phase("deduplicate", .whole, isOutput: true, isParallel: distance != nil)] }

  func run(_ job: Job) async throws {
    if let distance {
      try compareVectors(job, distance)
    } else {
      try compareContents(job)
    }
  }

  private func compareContents(_ job: Job) throws {
    let input = job.inputs[0]
    var first: [String: Int64] = [:]
    for shard in try input.manifest.shards {
      try Task.checkCancellation()
      var pairs: [(Int64, Int64)] = []
      let records = try RecordShards.read(shard, in: input.artifact).filter { record in
        guard let standing = first[record.digest] else {
          first[record.digest] = record.id
          return true
        }
        pairs.append((record.id, standing))
        return false
      }
      let files = try RecordShards.write(records, [], job, shard: shard.shard) + duplicates(pairs, job, shard.shard!)
      try job.commit(shard: shard.shard!, files: files, rows: records.count, notes: ["left out": .integer(pairs.count)])
      job.advance(items: shard.rows)
    }
    try job.commit()
  }

  /// Compares every vector with all that were kept so far: exact, and so O(n²) in the number of vectors.
  private func compareVectors(_ job: Job, _ distance: Double) throws {
    let input = job.inputs[0]
    var kept = Matrix(rows: 0, columns: 0)
    var keptIDs: [Int64] = []
    let limit = Float(distance * distance)
    for shard in try input.manifest.shards {
      try Task.checkCancellation()
      let vectors = try VectorShards.vectors(shard, in: input.artifact)
      let ids = try VectorShards.ids(shard, in: input.artifact)
      guard keptIDs.isEmpty || vectors.rows == 0 || vectors.columns == kept.columns else {
        throw MixedDimensions(shard: shard.stem, columns: vectors.columns, expected: kept.columns)
      }
      let unit = vectors.scaledToUnitLength()
      var pairs: [(Int64, Int64)] = []
      var good: [Int] = []
      for start in stride(from: 0, to: unit.rows, by: Self.block) {
        try Task.checkCancellation()
        let rows = start..<min(start + Self.block, unit.rows)
        let known =
          keptIDs.isEmpty ? nil : try ExactSearch.search(unit[rows: rows], in: kept, k: 1, metric: .l2, threads: job.threads)
        var new: [Int] = []
        for row in rows {
          if let known, known.distances[row - start] <= limit {
            pairs.append((ids[row], keptIDs[Int(known.ids[row - start])]))
          } else if let other = new.first(where: { unit.squaredDistance(row, $0) <= limit }) {
            pairs.append((ids[row], ids[other]))
          } else {
            new.append(row)
          }
        }
        kept = Matrix(stacking: [kept, unit.gathering(new)], columns: unit.columns)
        keptIDs += new.map { ids[$0] }
        good += new
      }
      let files =
        try VectorShards.write(vectors.gathering(good), ids: good.map { ids[$0] }, job, shard: shard.shard)
        + duplicates(pairs, job, shard.shard!)
      try job.commit(shard: shard.shard!, files: files, rows: good.count, notes: ["left out": .integer(pairs.count)])
      job.advance(items: shard.rows)
    }
    try job.commit()
  }

  private func duplicates(_ pairs: [(Int64, Int64)], _ job: Job, _ shard: ShardID) throws -> [CommittedFile] {
    guard !pairs.isEmpty else { return [] }
    let lines = pairs.map { "{\"id\":\($0),\"of\":\($1)}\n" }.joined()
    return [try job.write(Array(lines.utf8), ending: ".duplicates.jsonl", shard: shard)]
  }
}

extension Matrix {
  /// Squared Euclidean distance of two rows.
  fileprivate func squaredDistance(_ one: Int, _ other: Int) -> Float {
    zip(self[row: one], self[row: other]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  }
}

extension DeduplicateStage {
  static let kind = StageKind(
    name: "deduplicate",
    summary: "Keeps the first of records with the same content, or of vectors that lie close together.", version: 1,
    input: "records or vectors",
    options: [
      OptionSpec(
        "distance", .number(0...2), default: .null,
        "For vectors: how far two of unit length may lie apart and still be the same; cost grows with the square of their number."
      )
    ],
    make: { options, inputs in
      let distance = options["distance"].number
      switch inputs[0].type {
      case .records where distance != nil:
        throw StageFault(option: "distance", "is for vectors; \(inputs[0].stage) makes \(inputs[0].type)")
      case .vectors where distance == nil:
        throw StageFault(option: "distance", "is needed where the input is vectors, such as 0.1")
      case .records, .vectors: return DeduplicateStage(output: inputs[0].type, distance: distance)
      default:
        throw StageFault(
          option: "input", "deduplicate takes records or vectors; \(inputs[0].stage) makes \(inputs[0].type)")
      }
    })
}
