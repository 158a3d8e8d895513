import Artifacts
import IndexFormats
import Media
import Pipelines
import SystemPackage
import Tensors

/// Shards of vectors on disk: rows in `.npy`, their ids in `.ids.npy`; numpy opens both.
enum VectorShards {
  static let ending = ".npy"
  static let idsEnding = ".ids.npy"

  static func write(_ vectors: Matrix, ids: [Int64], _ job: Job, shard: ShardID? = nil) throws -> [CommittedFile] {
    // The ids first: a reader that looks for ".npy" by ending must not meet them by accident.
    [
      try job.write(vectors.numpyBytes, ending: ending, shard: shard),
      try job.write(NumpyHeader.bytes(of: ids), ending: idsEnding, shard: shard),
    ]
  }

  /// As above, with the ids of another shard, whose file gets a second name instead of a copy.
  static func write(_ vectors: Matrix, idsOf shard: Checkpoint, in artifact: Artifact, _ job: Job) throws -> [CommittedFile] {
    let ids = try file(shard, artifact) { $0.hasSuffix(idsEnding) }
    return [
      try job.write(vectors.numpyBytes, ending: ending), try job.link(ids, of: artifact, ending: idsEnding),
    ]
  }

  static func vectors(_ shard: Checkpoint, in artifact: Artifact) throws -> Matrix {
    let file = try self.file(shard, artifact) { $0.hasSuffix(ending) && !$0.hasSuffix(idsEnding) }
    return try corrupt(file, artifact) { try Matrix(numpyBytes: artifact.read(file)) }
  }

  static func ids(_ shard: Checkpoint, in artifact: Artifact) throws -> [Int64] {
    let file = try self.file(shard, artifact) { $0.hasSuffix(idsEnding) }
    return try corrupt(file, artifact) { try NumpyHeader.integers(in: artifact.read(file)) }
  }

  private static func file(
    _ shard: Checkpoint, _ artifact: Artifact, _ matches: (String) -> Bool
  ) throws -> CommittedFile {
    guard let file = shard.files.first(where: { matches($0.name) }) else {
      throw CorruptFile(artifact.path(of: shard.stem), "the shard has no vectors")
    }
    return file
  }

  private static func corrupt<R>(_ file: CommittedFile, _ artifact: Artifact, _ body: () throws -> R) throws -> R {
    do { return try body() } catch let error as NumpyError {
      throw CorruptFile(artifact.path(of: file.name), error.reason)
    }
  }
}

extension VectorShards {
  /// Some rows of an artifact, by their numbers over all shards, ascending.
  static func rows(_ numbers: [Int], of manifest: Manifest, in artifact: Artifact, dimension: Int) throws -> Matrix {
    // Filled in place: parts put together would need the sample's memory twice.
    var values: [Float] = []
    values.reserveCapacity(numbers.count * dimension)
    var (first, next) = (0, 0)
    for shard in manifest.shards {
      let end = first + shard.rows
      let start = next
      while next < numbers.count, numbers[next] < end { next += 1 }
      if next > start {
        let chosen = numbers[start..<next].map { $0 - first }
        if let rows = try checkedRows(chosen, shard, in: artifact, dimension: dimension) {
          for row in rows { values.append(contentsOf: row) }
        } else {
          let all = try vectors(shard, in: artifact)
          guard all.columns == dimension else {
            throw MixedDimensions(shard: shard.stem, columns: all.columns, expected: dimension)
          }
          for row in chosen { values.append(contentsOf: all[row: row]) }
        }
      }
      first = end
    }
    return Matrix(rows: dimension == 0 ? 0 : values.count / dimension, columns: dimension, values: values)
  }
}

extension VectorShards {
  /// Some rows of a shard whose file this run has hashed already, out of the mapped file; nil where it has to be read whole.
  private static func checkedRows(_ rows: [Int], _ shard: Checkpoint, in artifact: Artifact, dimension: Int) throws -> [[Float]]?
  {
    guard let file = shard.vectorsFile, artifact.disk.isChecked(artifact.path(of: file.name), file) else { return nil }
    let bytes = try FileBytes(path: artifact.path(of: file.name).string)
    let start = NumpyHeader(element: .float32, shape: [shard.rows, dimension]).dataOffset
    let size = dimension * 4
    guard bytes.count == start + shard.rows * size else { return nil }
    return rows.map { bytes.array(of: Float.self, in: start + $0 * size..<start + ($0 + 1) * size) }
  }
}

/// The vectors of one stage are not all of one length, as where a source was replaced by one of another embedder.
struct MixedDimensions: Error, CustomStringConvertible {
  let shard: String
  let columns: Int
  let expected: Int
  var description: String {
    "the vectors of \(shard) have \(columns) values, others \(expected): ingest files of different embedders by stages of their own"
  }
}
