public import Tensors

/// The rows of a file of vectors as records, shard by shard, each with its matrix.
public final class VectorStream {
  /// A shard's records and their vectors: row i is record i's.
  public struct Shard: Sendable {
    public var shard: RecordShard
    public var vectors: Matrix
  }

  private let file: VectorFile
  private let archive: String
  private let entry: String
  private let firstRow: Int
  private let identity: RecordOptions.Identity
  private let shardSize: Int
  private var row: Int
  private var number = 0
  /// What became of the rows so far; each counts as an entry.
  public private(set) var counts = EntryCounts()

  /// - Parameters:
  ///   - archive: the name that records carry, as entry too: a file of vectors is an archive of its rows.
  ///   - firstRow: number of the file's first row among all files, for ids where there are no others.
  ///   - start: row to begin with.
  public init(
    _ file: VectorFile, archive: String, options: RecordOptions, firstRow: Int = 0, startingAt start: Int = 0
  ) {
    self.file = file
    self.archive = archive
    entry = archive.split(separator: "/").last.map(String.init) ?? archive
    self.firstRow = firstRow
    identity = options.identity
    shardSize = min(options.shardSize, max(1, options.shardBytes / max(1, 4 * file.columns)))
    row = start
  }

  /// The next `shardSize` rows, fewer where they would hold more than `shardBytes`; those with NaN or infinity are rejected. Nil
  /// after the last.
  ///
  /// - Throws: `ArchiveError` if the file cannot be read.
  public func nextShard() throws(ArchiveError) -> Shard? {
    guard row < file.rows else { return nil }
    let range = row..<min(row + shardSize, file.rows)
    let matrix = try file.matrix(rows: range)
    let ids = try file.ids?.ids(of: range)
    var shard = RecordShard(number: number)
    var good: [Int] = []
    for (i, digest) in file.digests(of: matrix).enumerated() {
      shard.counts.entries += 1
      let row = range.lowerBound + i
      guard let digest else {
        shard.reject(notFinite(row))
        continue
      }
      let id = ids?[i] ?? (identity == .content ? ContentDigest.identity(hex: digest) : Int64(firstRow + row))
      good.append(i)
      shard.records.append(record(row, id, digest))
      shard.counts.wholeRecords += 1
    }
    shard.next = RecordPosition(ordinal: range.upperBound)
    counts += shard.counts
    number += 1
    row = range.upperBound
    return Shard(shard: shard, vectors: good.count == matrix.rows ? matrix : matrix.gathering(good))
  }

  private func record(_ row: Int, _ id: Int64, _ digest: String) -> Record {
    Record(
      id: id, archive: archive, entry: entry, ordinal: row, offset: file.offset(ofRow: row), size: file.rowBytes,
      digest: digest, format: "vector")
  }

  private func notFinite(_ row: Int) -> Reject {
    Reject(
      archive: archive, entry: entry, ordinal: row, offset: file.offset(ofRow: row), line: row, code: .notFinite,
      message: "a value is NaN or infinite")
  }
}
