import Artifacts
import IndexFormats
import Pipelines
import Tensors
import VectorSearch

/// A chain of fitted transforms on disk: an empty Faiss index with the chain in front, which Faiss opens as well.
///
/// What the stages that learn a chain from their input have in common: a phase `fit` that writes it, and one that applies it
/// to each shard.
enum TransformFile {
  static let ending = ".transforms.faiss"

  /// The phase that applies what the phase `fit` left.
  static let applying = Phase("apply", .shard, isOutput: true, uses: ["fit"])

  static func write(_ chain: [VectorTransform], dimension: Int, _ job: Job) throws -> CommittedFile {
    let carrier = try TrainedQuantizer(dimension: dimension, metric: .l2, transforms: chain, code: .flat)
    return try job.write(FaissWriter.bytes(carrier), ending: ending)
  }

  static func read(_ file: CommittedFile, in artifact: Artifact) throws -> [VectorTransform] {
    try FaissReader.index(bytes: artifact.read(file)).trained.transforms
  }

  /// Commits the job's shard with the fitted chain applied.
  static func apply(_ job: Job) throws {
    let input = job.inputs[0]
    let chain = try read(try job.earlier("fit").file(ending: ending)!, in: job.artifact)
    let vectors = try VectorShards.vectors(job.shard!, in: input.artifact)
    let ids = try VectorShards.ids(job.shard!, in: input.artifact)
    let mapped = vectors.rows == 0 ? try empty(vectors, chain) : chain.applied(to: vectors, threads: 1)
    try job.commit(
      files: VectorShards.write(mapped, ids: ids, job), rows: mapped.rows, bytes: vectors.rows * vectors.columns * 4)
    job.advance(items: mapped.rows)
  }

  private static func empty(_ vectors: Matrix, _ chain: [VectorTransform]) throws -> Matrix {
    Matrix(rows: 0, columns: try chain.outputDimension(for: vectors.columns))
  }
}
