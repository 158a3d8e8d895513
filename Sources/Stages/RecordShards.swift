import Artifacts
import Media
import Pipelines

/// Shards of records on disk: `.records.jsonl`, and the rejects that fell out on the way.
enum RecordShards {
  static let ending = ".records.jsonl"
  static let rejectsEnding = ".rejects.jsonl"

  static func read(_ shard: Checkpoint, in artifact: Artifact) throws -> [Record] {
    guard let file = shard.file(ending: ending) else {
      throw CorruptFile(artifact.path(of: shard.stem), "the shard has no records")
    }
    do {
      return try RecordCodec.decode(artifact.read(file))
    } catch let error as RecordCodecError {
      throw CorruptFile(artifact.path(of: file.name), "\(error)")
    }
  }

  /// Whether a record of the shard has sidecar fields.
  static func hasFields(_ shard: Checkpoint, in artifact: Artifact) throws -> Bool {
    guard let file = shard.file(ending: ending) else { return false }
    return try RecordCodec.hasFields(artifact.read(file))
  }

  static func write(
    _ records: [Record], _ rejects: [Reject], _ job: Job, shard: ShardID? = nil
  ) throws -> [CommittedFile] {
    var files = [try job.write(RecordCodec.encode(records), ending: ending, shard: shard)]
    if !rejects.isEmpty { files.append(try write(rejects, job, shard: shard)) }
    return files
  }

  static func write(_ rejects: [Reject], _ job: Job, shard: ShardID? = nil) throws -> CommittedFile {
    try job.write(rejects.flatMap(\.jsonLine), ending: rejectsEnding, shard: shard)
  }

  /// How often each code is among the rejects.
  static func counts(_ rejects: [Reject]) -> [String: Int] {
    rejects.reduce(into: [:]) { $0[$1.code.rawValue, default: 0] += 1 }
  }
}
