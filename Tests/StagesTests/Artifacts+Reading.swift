import Artifacts
import Foundation
import Media
import Pipelines
import Tensors
import VectorSearch

extension Site {
  /// What a stage made, read by the layout on disk.
  func records(_ stage: String) throws -> [Record] {
    let artifact = try artifact(stage)
    return try manifest(stage).shards.flatMap { shard in
      try RecordCodec.decode(artifact.read(shard.file(ending: ".records.jsonl")!))
    }
  }

  func vectors(_ stage: String) throws -> Matrix {
    let artifact = try artifact(stage)
    let parts = try manifest(stage).shards.map { shard in
      try Matrix(numpyBytes: artifact.read(shard.files.first { $0.name.hasSuffix(".npy") && !$0.name.hasSuffix(".ids.npy") }!))
    }
    return Matrix(stacking: parts.filter { $0.rows > 0 }, columns: parts.first { $0.rows > 0 }?.columns ?? 0)
  }

  func ids(_ stage: String) throws -> [Int64] {
    let artifact = try artifact(stage)
    return try manifest(stage).shards.flatMap { shard in
      try NumpyHeader.integers(in: artifact.read(shard.file(ending: ".ids.npy")!))
    }
  }

  /// A file of a whole job: `measure.figures.json` is (`measure`, `.figures.json`).
  func bytes(_ stage: String, _ phase: String, _ ending: String) throws -> [UInt8] {
    try artifact(stage).read(manifest(stage).whole(phase)!.file(ending: ending)!)
  }

  func figures(_ stage: String) throws -> [String: Double] {
    try manifest(stage).whole("measure")!.notes.compactMapValues(\.number)
  }

  /// Lines of an artifact's JSON Lines files with this ending, as dictionaries.
  func lines(_ stage: String, ending: String) throws -> [NSDictionary] {
    let artifact = try artifact(stage)
    return try manifest(stage).checkpoints.flatMap(\.files).filter { $0.name.hasSuffix(ending) }.flatMap { file in
      try String(decoding: artifact.read(file), as: UTF8.self).split(separator: "\n").map {
        try JSONSerialization.jsonObject(with: Data($0.utf8)) as! NSDictionary
      }
    }
  }
}
