import Artifacts
import IndexFormats
import Pipelines
import Tensors
import VectorSearch

extension NormalizeStage {
  static let fitEnding = ".fit.json"

  var inheritance: Inheritance? { isFitted ? retraining.inheritance(of: "fit", noun: "fit") : nil }

  /// Keeps the fitted steps of the artifact before if they may be kept.
  ///
  /// - Returns: nil if they were kept and committed; otherwise why they have to be fitted.
  func keepFit(_ job: Job, dimension: Int) throws -> TrainingDecision? {
    guard let inherited = try job.inherited("fit") else {
      return !isFitted ? .train("nothing is learnt") : retraining.policy == .always ? .always : .first
    }
    let kept = try KeptFit(inherited.checkpoint, in: inherited.artifact)
    let decision = try decision(on: kept, job, dimension: dimension)
    guard decision.isKept else { return decision }
    job.note("keeps its fit: \(decision.reason)")
    let transforms = try job.write(kept.bytes, ending: TransformFile.ending)
    let fit = try job.write(kept.fitBytes, ending: Self.fitEnding)
    try job.commit(
      files: [transforms, fit],
      notes: decision.notes("fit").merging(["dimension": .integer(dimension)]) { $1 })
    return nil
  }

  private func decision(on kept: KeptFit, _ job: Job, dimension: Int) throws -> TrainingDecision {
    guard try kept.record.space == job.space(), kept.record.dimension == dimension else { return .refitted }
    guard retraining.policy == .auto else { return .never }
    let sample = try drawn(min(sample, Retraining.sample), job, dimension: dimension)
    let now = TransformFit(of: kept.chain, on: sample, threads: job.threads)
    let drift = now.drift(from: kept.record.fit)
    return TrainingDecision(drift: drift, limit: retraining.limit, figures: ["sample": Double(sample.rows)])
  }

  /// Rows of the input, drawn by the job's seed.
  func drawn(_ count: Int, _ job: Job, dimension: Int) throws -> Matrix {
    let manifest = try job.inputs[0].manifest
    var random = SeededRandom(seed: job.seed)
    let chosen = random.sample(count, below: manifest.rows)
    return try VectorShards.rows(chosen, of: manifest, in: job.inputs[0].artifact, dimension: dimension)
  }

  /// Commits steps that were fitted just now, with what they will be measured by.
  func commit(
    _ chain: [VectorTransform], on sample: Matrix, for reason: TrainingDecision, _ job: Job
  ) throws {
    var files = [try TransformFile.write(chain, dimension: sample.columns, job)]
    var notes: [String: Note] = ["sample": .integer(sample.rows), "dimension": .integer(sample.columns)]
    if isFitted {
      let fit = TransformFit(of: chain, on: sample, threads: job.threads)
      let record = FitRecord(space: try job.space(), dimension: sample.columns, sample: sample.rows, fit: fit)
      files.append(try job.write(SealedJSON.bytes(of: record), ending: Self.fitEnding))
      notes.merge(reason.notes("fit")) { mine, _ in mine }
    }
    try job.commit(files: files, notes: notes)
  }
}

/// What steps were fitted on and how well they suited that: kept with them, and the baseline of every drift.
struct FitRecord: Codable, Equatable {
  /// The space of the vectors that they were fitted on.
  var space: Digest
  /// Values of a vector that goes in.
  var dimension: Int
  /// Vectors that they were fitted on.
  var sample: Int
  var fit: TransformFit
}

/// The fitted steps of an earlier artifact.
private struct KeptFit {
  let bytes: [UInt8]
  let fitBytes: [UInt8]
  let chain: [VectorTransform]
  let record: FitRecord

  init(_ checkpoint: Checkpoint, in artifact: Artifact) throws {
    guard let file = checkpoint.file(ending: TransformFile.ending),
      let record = checkpoint.file(ending: NormalizeStage.fitEnding)
    else { throw CorruptFile(artifact.path(of: checkpoint.stem), "its fit is incomplete") }
    bytes = try artifact.read(file)
    fitBytes = try artifact.read(record)
    chain = try FaissReader.index(bytes: bytes).trained.transforms
    self.record = try SealedJSON.decode(FitRecord.self, from: fitBytes, path: artifact.path(of: record.name))
  }
}
