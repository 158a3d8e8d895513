import ArgumentParser
import Foundation
import IndexFormats
import Tensors
import VectorSearch

/// Builds an index file from vectors: for the checks against Faiss.
struct PQIndex: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pq-index", abstract: "Build a Faiss index file from a .npy of vectors.")

  @Option(help: "Vectors, .npy of 32-bit floats.") var base: String
  @Option(help: "Index type, such as IVF256,PQ16.") var type: String
  @Option(help: "l2, ip or cosine.") var metric = "l2"
  @Option(help: "Steps in front: center, pcaN, whitenN, l2; joined by +.") var front = ""
  @Option(help: "First id; consecutive ids are stored in the index. Positions if left out.") var firstID: Int64?
  @Option(help: "Vectors a shard.") var shard = 10_000
  @Option(help: "Threads.") var threads = 4
  @Option(help: "Seed.") var seed: UInt64 = 1
  @Option(help: "The index file.") var output: String

  func run() throws {
    guard let metric = Metric(rawValue: metric) else { throw ValidationError("no metric \(metric)") }
    let raw = try PQVectors.matrix(base)
    let steps = try fit(raw)
    let vectors = steps.applied(to: raw, threads: threads)
    let trained = try TrainedQuantizer(
      training: vectors, type: FactoryType(type), metric: metric,
      options: TrainingOptions(seed: seed, threads: threads))
    // Through files and back, as the stages do it.
    let reread = try FaissReader.index(bytes: FaissWriter.bytes(trained)).trained
    guard try FaissWriter.bytes(reread) == FaissWriter.bytes(trained) else {
      throw ValidationError("the trained quantizer changes when it is written and read")
    }
    let shards = try stride(from: 0, to: vectors.rows, by: shard).map { start in
      let rows = start..<min(vectors.rows, start + shard)
      let ids = firstID.map { first in rows.map { first + Int64($0) } } ?? []
      return try trained.encoded(vectors[rows: rows], ids: ids, threads: threads)
    }
    let index = try VectorIndex(trained, shards: shards).prepending(steps)
    let bytes = try FaissWriter.bytes(index)
    let content = try ShardedContent(trained.prepending(steps), shardCount: shards.count, memory: 1 << 16) {
      shards[$0]
    }
    guard try FaissWriter.bytes(content) == bytes else {
      throw ValidationError("the streamed file differs from the one written at once")
    }
    try Data(bytes).write(to: URL(filePath: output))
  }

  private func fit(_ raw: Matrix) throws -> [VectorTransform] {
    var steps: [VectorTransform] = []
    for word in front.split(separator: "+") {
      let now = steps.applied(to: raw, threads: threads)
      if word == "center" {
        steps.append(.linear(try .centering(of: now)))
      } else if word == "l2" {
        steps.append(.l2)
      } else if let d = Int(word.drop { $0.isLetter }) {
        let components = try PrincipalComponents(of: now, threads: threads)
        steps.append(
          .linear(try LinearTransform(components, dimensions: d, whiten: word.hasPrefix("whiten"))))
      } else {
        throw ValidationError("no step \(word)")
      }
    }
    return steps
  }
}
