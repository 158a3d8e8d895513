import Artifacts
import Media
import Pipelines

/// Where the label of a record is found, for stages that learn from labels.
enum RecordLabels: Sendable, Equatable, CustomStringConvertible {
  /// The name of the folder that holds the entry; an entry in none has no label.
  case folder
  /// A sidecar field; a record without it, or with null or an empty text in it, has no label.
  case field(String)

  var description: String {
    switch self {
    case .folder: "the folder"
    case .field(let name): "the field \(name)"
    }
  }

  func label(of record: Record) throws -> String? {
    switch self {
    case .folder:
      let parts = record.entry.split(separator: "/")
      return parts.count > 1 ? String(parts[parts.count - 2]) : nil
    case .field(let name):
      guard let text = record.fields, let value = try OptionValue(json: text)[name], !value.isNull else { return nil }
      let label = value.text ?? value.canonicalJSON
      return label.isEmpty ? nil : label
    }
  }

  /// The label of each row of vectors, in the order of the rows; a shard of which some were rejected has fewer rows than records.
  func read(_ records: JobInput, _ vectors: JobInput) throws -> [String?] {
    let known = Dictionary(uniqueKeysWithValues: try records.manifest.shards.map { ($0.shard!, $0) })
    var labels: [String?] = []
    for shard in try vectors.manifest.shards where shard.rows > 0 {
      try Task.checkCancellation()
      guard let partner = known[shard.shard!] else { throw MissingWork(stage: records.stage, phase: "\(shard.shard!)") }
      let all = try RecordShards.read(partner, in: records.artifact)
      var next = 0
      for id in try VectorShards.ids(shard, in: vectors.artifact) {
        while next < all.count, all[next].id != id { next += 1 }
        guard next < all.count else {
          throw CorruptFile(vectors.artifact.path(of: shard.stem), "the vector of id \(id) has no record")
        }
        labels.append(try label(of: all[next]))
        next += 1
      }
    }
    return labels
  }
}
