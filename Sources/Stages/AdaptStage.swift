import Artifacts
import Pipelines
import Tensors
import VectorSearch

/// `adapt`: a linear map of vectors, fitted on the corpus and kept for queries; with labels, one learned from them.
struct AdaptStage: Stage {
  let labels: RecordLabels?
  let dimensions: Int?
  let shrinkage: Double
  let sample: Int
  let inputDimension: Int?

  var output: ArtifactType { .vectors(dimension: dimensions ?? inputDimension) }

  var phases: [Phase] { [Phase("fit", .whole, isParallel: true), TransformFile.applying] }

  func memory(of phase: Phase, threads: Int) -> Int {
    phase.name == "fit" ? 3 * sample * (inputDimension ?? 512) * 4 + 64 << 20 : 64 << 20
  }

  func run(_ job: Job) async throws {
    if job.phase.name == "fit" { try fit(job) } else { try TransformFile.apply(job) }
  }

  private func fit(_ job: Job) throws {
    let input = job.inputs[0]
    let manifest = try input.manifest
    guard let first = manifest.shards.first(where: { $0.rows > 0 }) else { throw EmptyInput(stage: input.stage) }
    let columns = try VectorShards.vectors(first, in: input.artifact).columns
    let kept = dimensions ?? columns
    guard kept <= columns else {
      throw StageFault(option: "dimensions", "cannot keep \(kept) of \(columns) values")
    }
    var notes: [String: Note] = ["dimension": .integer(columns)]
    let map =
      if let labels {
        try learned(labels, kept, columns, job, &notes)
      } else {
        try whitened(kept, columns, job, &notes)
      }
    try Task.checkCancellation()
    try job.commit(files: [TransformFile.write([.linear(map)], dimension: columns, job)], notes: notes)
  }

  private func drawn(_ rows: [Int], _ job: Job) -> [Int] {
    var random = SeededRandom(seed: job.seed)
    return random.sample(sample, below: rows.count).map { rows[$0] }
  }

  private func whitened(_ kept: Int, _ columns: Int, _ job: Job, _ notes: inout [String: Note]) throws -> LinearTransform {
    let input = job.inputs[0]
    let manifest = try input.manifest
    let rows = drawn(Array(0..<manifest.rows), job)
    let vectors = try VectorShards.rows(rows, of: manifest, in: input.artifact, dimension: columns)
    let components = try PrincipalComponents(of: vectors, threads: job.threads)
    let spread = components.eigenvalues.reduce(0) { $0 + Double($1) } / Double(columns)
    notes["sample"] = .integer(vectors.rows)
    return try LinearTransform(components, dimensions: kept, whiten: true, epsilon: Float(max(shrinkage * spread, 1e-30)))
  }

  private func learned(
    _ labels: RecordLabels, _ kept: Int, _ columns: Int, _ job: Job, _ notes: inout [String: Note]
  ) throws -> LinearTransform {
    let input = job.inputs[0]
    let manifest = try input.manifest
    guard let records = try Preparation.records(in: job.lineage()) else {
      throw StageFault(option: "labels", "the vectors of \(input.stage) come without records that could have labels")
    }
    let known = try labels.read(records, input)
    let rows = drawn(known.indices.filter { known[$0] != nil }, job)
    let names = Set(rows.map { known[$0]! }).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    let number = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    guard names.count > 1, rows.count > names.count else {
      throw StageFault(
        option: "labels",
        "\(labels) gives \(rows.count) of \(known.count) records \(names.count) labels; "
          + "two labels are needed, and one of them on two records")
    }
    let vectors = try VectorShards.rows(rows, of: manifest, in: input.artifact, dimension: columns)
    try Task.checkCancellation()
    let analysis = try DiscriminantAnalysis(
      of: vectors, labels: rows.map { number[known[$0]!]! }, shrinkage: shrinkage, threads: job.threads)
    notes["sample"] = .integer(rows.count)
    notes["labels"] = .integer(names.count)
    job.note("learned from \(rows.count) of \(known.count) records with \(names.count) labels")
    return try LinearTransform(analysis, dimensions: kept)
  }
}
