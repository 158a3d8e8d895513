import Artifacts

/// `rejects.jsonl`: the rejects of all shards in one file, in order, made when an artifact is sealed.
enum RejectsFile {
  static let name = "rejects.jsonl"
  /// Ending of a job's own rejects.
  static let ending = ".rejects.jsonl"

  static func gather(_ checkpoints: [Checkpoint], in artifact: Artifact) throws -> [CommittedFile] {
    let parts = checkpoints.flatMap(\.files).filter { $0.name.hasSuffix(ending) }
    guard !parts.isEmpty else { return [] }
    var file = try DurableFile(at: artifact.path(of: name), on: artifact.disk)
    for part in parts { try file.write(try artifact.read(part)) }
    return [try file.finish()]
  }
}
