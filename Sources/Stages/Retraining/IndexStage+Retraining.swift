import Artifacts
import IndexFormats
import Pipelines
import Tensors
import VectorSearch

extension IndexStage {
  static let trainingEnding = ".training.json"

  var inheritance: Inheritance? { retraining.inheritance(of: "train", noun: "quantizer") }

  /// Vectors for the sample phase: to train on or, where a quantizer can be kept, to measure it on.
  func drawn(_ job: Job, toTrain wanted: Int) -> Int {
    guard job.recipe.kept != nil else { return wanted }
    return retraining.policy == .never ? 0 : min(wanted, Retraining.sample)
  }

  /// Tries no types where the artifact before settled on one: with its quantizer goes its type, and a quantizer that is trained anew
  /// is one of that type. `retrain: always` tries again each time.
  func keepTrials(_ job: Job) throws -> Bool {
    guard let notes = try keptChoice(job) else { return false }
    try job.commit(notes: ["kept": notes["type"] ?? .text("")])
    return true
  }

  /// Takes the type that the artifact before settled on.
  func keepChoice(_ job: Job) throws -> Bool {
    guard let notes = try keptChoice(job) else { return false }
    job.note("keeps its type: \(notes["type"]?.text ?? "")")
    try job.commit(notes: notes)
    return true
  }

  private func keptChoice(_ job: Job) throws -> [String: Note]? {
    try job.inherited("train")?.artifact.summary()?.whole("choose")?.notes
  }

  /// Keeps the quantizer of the artifact before if it may.
  ///
  /// - Returns: nil if it was kept and committed; otherwise why one has to be trained.
  func keepQuantizer(_ job: Job, type: FactoryType) throws -> TrainingDecision? {
    guard let inherited = try job.inherited("train") else {
      return retraining.policy == .always ? .always : .first
    }
    let kept = try KeptQuantizer(inherited.checkpoint, in: inherited.artifact)
    let decision = try decision(on: kept, type, job)
    guard decision.isKept else { return decision }
    tell(decision, job)
    let quantizer = try job.write(kept.bytes, ending: Self.indexEnding)
    let training = try job.write(kept.trainingBytes, ending: Self.trainingEnding)
    try job.commit(files: [quantizer, training], notes: decision.notes("quantizer"))
    return nil
  }

  private func decision(on kept: KeptQuantizer, _ type: FactoryType, _ job: Job) throws -> TrainingDecision {
    let sample = try Matrix(numpyBytes: job.artifact.read(job.earlier("sample").file(ending: ".npy")!))
    guard kept.training.type == type.description else { return .train("the type is another") }
    guard try kept.training.space == job.space(), kept.quantizer.dimension == sample.columns else { return .refitted }
    guard retraining.policy == .auto else { return .never }
    guard kept.quantizer.isTrained else { return TrainingDecision(drift: 0, limit: retraining.limit, figures: [:]) }
    let now = try kept.quantizer.fit(to: sample, threads: job.threads)
    let then = kept.training.fit
    var figures = ["error": now.error, "error at training": then.error, "sample": Double(sample.rows)]
    figures["imbalance"] = now.imbalance
    figures["imbalance at training"] = then.imbalance
    return TrainingDecision(drift: now.drift(from: then), limit: retraining.limit, figures: figures)
  }

  /// Commits a quantizer that was trained just now, with what it will be measured by.
  func commit(_ trained: TrainedQuantizer, type: FactoryType, on sample: Matrix, for reason: TrainingDecision, _ job: Job) throws
  {
    let fit = try trained.fit(to: sample, threads: job.threads)
    let training = QuantizerTraining(type: type.description, space: try job.space(), sample: sample.rows, fit: fit)
    var decision = reason
    decision.figures["error at training"] = fit.error
    decision.figures["imbalance at training"] = fit.imbalance
    tell(decision, job)
    try job.commit(
      files: [
        job.write(FaissWriter.bytes(trained), ending: Self.indexEnding),
        job.write(SealedJSON.bytes(of: training), ending: Self.trainingEnding),
      ], notes: decision.notes("quantizer"))
  }

  private func tell(_ decision: TrainingDecision, _ job: Job) {
    job.note((decision.isKept ? "keeps its quantizer: " : "trains its quantizer: ") + decision.reason)
  }
}

/// What a quantizer was trained on and how well it suited that: kept with it, and the baseline of every drift.
struct QuantizerTraining: Codable, Equatable {
  var type: String
  /// The space of the vectors that it was trained on.
  var space: Digest
  /// Vectors that it was trained on.
  var sample: Int
  var fit: QuantizationFit
}

/// The quantizer of an earlier artifact.
private struct KeptQuantizer {
  let bytes: [UInt8]
  let trainingBytes: [UInt8]
  let quantizer: TrainedQuantizer
  let training: QuantizerTraining

  init(_ checkpoint: Checkpoint, in artifact: Artifact) throws {
    guard let file = checkpoint.file(ending: IndexStage.indexEnding),
      let record = checkpoint.file(ending: IndexStage.trainingEnding)
    else { throw CorruptFile(artifact.path(of: checkpoint.stem), "its training has no quantizer") }
    bytes = try artifact.read(file)
    trainingBytes = try artifact.read(record)
    quantizer = try FaissReader.index(bytes: bytes).trained
    training = try SealedJSON.decode(QuantizerTraining.self, from: trainingBytes, path: artifact.path(of: record.name))
  }
}
