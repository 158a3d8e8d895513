import Artifacts
import IndexFormats
import Pipelines
import Tensors
import VectorSearch

/// `index`: a sample is drawn, a quantizer trained, each shard encoded, the index file built.
struct IndexStage: Stage {
  /// Nil for auto.
  let type: FactoryType?
  let metric: Metric
  let nprobe: Int?
  let refinement: Float?
  let iterations: Int
  let pointsPerCentroid: Int
  let dimension: Int?
  /// Nil if there is nothing to find out by measuring.
  let tuning: IndexTuning?
  var retraining = Retraining()

  static let indexEnding = ".faiss"
  static let codesEnding = ".codes"

  var output: ArtifactType { .index }

  var phases: [Phase] {
    (type == nil ? [Phase("try", .whole, isParallel: true, inherits: true), Phase("choose", .whole, inherits: true)] : []) + [
      Phase("sample", .whole, inherits: true), Phase("train", .whole, isParallel: true, inherits: true),
      Phase("encode", .shard, uses: ["train"]),
    ] + (tuning == nil ? [] : [Phase("tune", .whole, isParallel: true)]) + [Phase("build", .whole, isParallel: true)]
  }

  /// Vectors that the training of a type can make use of.
  private func sampleSize(_ type: FactoryType?) -> Int {
    let codes =
      switch type?.code {
      case .flat: 1
      case .pq(_, let bits, _): 1 << bits
      case nil: 256
      }
    return pointsPerCentroid * max(codes, type?.lists ?? 1)
  }

  func memory(of phase: Phase, threads: Int) -> Int {
    switch phase.name {
    case "sample", "train": 3 * sampleSize(type) * (dimension ?? 256) * 4 + 64 << 20
    case "try": 4 * (tuning?.trialVectors ?? 0) * (dimension ?? 256) * 4 + 64 << 20
    case "encode": 64 << 20
    default: 384 << 20
    }
  }

  func run(_ job: Job) async throws {
    switch job.phase.name {
    case "try": if try !keepTrials(job) { try tryTypes(job) }
    case "choose": if try !keepChoice(job) { try choose(job) }
    case "tune": try tune(job)
    case "sample": try sample(job)
    case "train": try train(job)
    case "encode": try encode(job)
    default: try build(job)
    }
  }

  private func sample(_ job: Job) throws {
    let input = job.inputs[0]
    let manifest = try input.manifest
    guard let first = manifest.shards.first(where: { $0.rows > 0 }) else { throw EmptyInput(stage: input.stage) }
    try requireDistinctIDs(manifest, input.artifact)
    let columns = try VectorShards.vectors(first, in: input.artifact).columns
    let type = try type(of: job)
    try type.check(dimension: columns)
    let sample = try sample(drawn(job, toTrain: sampleSize(type)), job, dimension: columns)
    try job.commit(
      files: [job.write(sample.numpyBytes, ending: ".npy")],
      notes: ["sample": .integer(sample.rows), "of": .integer(manifest.rows)])
  }

  /// Rows of the input, drawn by the job's seed.
  private func sample(_ count: Int, _ job: Job, dimension: Int) throws -> Matrix {
    let manifest = try job.inputs[0].manifest
    var random = SeededRandom(seed: job.seed)
    let chosen = random.sample(count, below: manifest.rows)
    return try VectorShards.rows(chosen, of: manifest, in: job.inputs[0].artifact, dimension: dimension)
  }

  /// Two items of one id could not be told apart in any answer.
  private func requireDistinctIDs(_ manifest: Manifest, _ artifact: Artifact) throws {
    var ids: [Int64] = []
    ids.reserveCapacity(manifest.rows)
    for shard in manifest.shards { ids += try VectorShards.ids(shard, in: artifact) }
    if ids.contains(-1) { throw ReservedID() }
    ids.sort()
    for (one, next) in zip(ids, ids.dropFirst()) where one == next { throw RepeatedID(id: one) }
  }

  private func train(_ job: Job) throws {
    let file = try job.earlier("sample").file(ending: ".npy")!
    var sample = try Matrix(numpyBytes: job.artifact.read(file))
    let type = try type(of: job)
    guard let reason = try keepQuantizer(job, type: type) else { return }
    if job.recipe.kept != nil { sample = try self.sample(sampleSize(type), job, dimension: sample.columns) }
    guard sample.rows >= type.leastTrainingVectors else {
      throw StageFault(
        option: "type",
        "\(type) needs \(type.leastTrainingVectors) vectors to train; there are \(sample.rows): take fewer lists or Flat")
    }
    var trained = try TrainedQuantizer(training: sample, type: type, metric: metric, options: trainingOptions(job))
    if let nprobe { trained.nprobe = nprobe }
    if let refinement { trained.refinementFactor = refinement }
    try commit(trained, type: type, on: sample, for: reason, job)
  }

  func trainingOptions(_ job: Job) -> TrainingOptions {
    var options = TrainingOptions(seed: job.seed, threads: job.threads)
    options.iterations = iterations
    options.maxPointsPerCentroid = pointsPerCentroid
    options.isCancelled = { Task.isCancelled }
    return options
  }

  private func trained(_ job: Job) throws -> TrainedQuantizer {
    let file = try job.earlier("train").file(ending: Self.indexEnding)!
    return try FaissReader.index(bytes: job.artifact.read(file)).trained
  }

  private func encode(_ job: Job) throws {
    let shard = job.shard!
    let vectors = try VectorShards.vectors(shard, in: job.inputs[0].artifact)
    let ids = try VectorShards.ids(shard, in: job.inputs[0].artifact)
    var files: [CommittedFile] = []
    if vectors.rows > 0 {
      let encoded = try trained(job).encoded(vectors, ids: ids, threads: 1)
      files.append(try job.write(encoded.bytes, ending: Self.codesEnding))
    }
    try job.commit(files: files, rows: vectors.rows, bytes: vectors.rows * vectors.columns * 4)
    job.advance(items: vectors.rows)
  }

  /// All encoded shards as one index, behind some transforms.
  func content(_ job: Job, behind chain: [VectorTransform] = []) throws -> ShardedContent {
    let shards = job.shards(of: "encode").compactMap { $0.file(ending: Self.codesEnding) }
    var trained = try trained(job)
    if job.phase.name == "build" {
      let settings = try settings(of: job)
      if let nprobe = settings.nprobe { trained.nprobe = nprobe }
      if let refinement = settings.refinement { trained.refinementFactor = refinement }
    }
    return try ShardedContent(trained.prepending(chain), shardCount: shards.count) { number in
      try Task.checkCancellation()
      return try EncodedShard(bytes: job.artifact.read(shards[number]))
    }
  }

  private func build(_ job: Job) throws {
    let content = try content(job, behind: Preparation.chain(of: job))
    var file = try job.file(ending: Self.indexEnding)
    try FaissWriter.write(content) { bytes in try file.write(bytes) }
    try job.commit(
      files: [file.finish()], rows: content.count,
      notes: [
        "type": .text(try type(of: job).description), "metric": .text(metric.rawValue), "count": .integer(content.count),
        "dimension": .integer(content.trained.dimension), "bytes per vector": .integer(bytesPerVector(content.trained)),
      ])
  }

  private func bytesPerVector(_ trained: TrainedQuantizer) -> Int { trained.codeSize + trained.refinementSize }
}

/// An item has the id by which answers say that there is none.
struct ReservedID: Error, CustomStringConvertible {
  var description: String { "no item can have the id -1, which stands for no answer; give it another" }
}

/// Two records have one id.
struct RepeatedID: Error, CustomStringConvertible {
  let id: Int64
  var description: String {
    "two items have the id \(id); with identity content, add a deduplicate stage before featurize; "
      + "with ids of your own, make them distinct"
  }
}
