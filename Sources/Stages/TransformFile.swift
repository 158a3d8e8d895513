import Artifacts
import IndexFormats
import Pipelines
import VectorSearch

/// A chain of fitted transforms on disk: an empty Faiss index with the chain in front, which Faiss opens as well.
enum TransformFile {
  static let ending = ".transforms.faiss"

  static func write(_ chain: [VectorTransform], dimension: Int, _ job: Job) throws -> CommittedFile {
    let carrier = try TrainedQuantizer(dimension: dimension, metric: .l2, transforms: chain, code: .flat)
    return try job.write(FaissWriter.bytes(carrier), ending: ending)
  }

  static func read(_ file: CommittedFile, in artifact: Artifact) throws -> [VectorTransform] {
    try read(artifact.read(file))
  }

  static func read(_ bytes: [UInt8]) throws -> [VectorTransform] { try FaissReader.index(bytes: bytes).trained.transforms }
}
