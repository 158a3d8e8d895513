import Artifacts
import Pipelines

extension ContentIndex {
  /// Entries that are sorted in memory at a time; 40 MB.
  private static let most = 1 << 20

  /// Writes the index over the shards of an artifact that is about to be sealed; nil if none of them says what it was made of.
  ///
  /// The keys are uniform, so that the entries are sorted a range of keys at a time: memory stays the same for any number of rows.
  static func write(_ shards: [Checkpoint], columns: Int, in artifact: Artifact) throws -> CommittedFile? {
    let listed = shards.compactMap { checkpoint -> (Shard, Checkpoint)? in
      guard let id = checkpoint.shard, let contents = checkpoint.file(ending: ShardContents.ending),
        let vectors = checkpoint.vectorsFile
      else { return nil }
      return (Shard(id: id, rows: checkpoint.rows, vectors: vectors, contents: contents), checkpoint)
    }
    guard !listed.isEmpty else { return nil }
    let total = listed.reduce(0) { $0 + $1.1.rows + $1.1.rejected }
    let ranges = max(1, (total + most - 1) / most)
    var file = try DurableFile(at: artifact.path(of: name), on: artifact.disk)
    var count = 0
    for range in 0..<ranges {
      let entries = try entries(listed.map(\.0), in: artifact, range: range, of: ranges)
      count += entries.count
      try file.write(bytes(of: entries))
    }
    try file.write(listed.flatMap { $0.0.bytes })
    var foot: [UInt8] = []
    for number in [UInt64(count), UInt64(listed.count), UInt64(columns), magic] { foot.append(little: number) }
    try file.write(foot)
    return try file.finish()
  }

  private static func entries(_ shards: [Shard], in artifact: Artifact, range: Int, of ranges: Int) throws -> [Entry] {
    var entries: [Entry] = []
    for (place, shard) in shards.enumerated() {
      let contents = try ShardContents(shard.contents, in: artifact)
      func add(_ key: ContentKey, _ row: UInt32) {
        guard ranges == 1 || Int(key.words.0.multipliedFullWidth(by: UInt64(ranges)).high) == range else { return }
        entries.append(Entry(key: key, shard: UInt32(place), row: row))
      }
      for (row, key) in contents.rows.enumerated() { add(key, UInt32(row)) }
      for (number, refusal) in contents.refusals.enumerated() { add(refusal.key, UInt32(number) | refusalMark) }
    }
    entries.sort()
    return entries
  }

  private static func bytes(of entries: [Entry]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(entries.count * entrySize)
    for entry in entries {
      bytes += entry.key.bytes
      bytes.append(little: entry.shard)
      bytes.append(little: entry.row)
    }
    return bytes
  }
}

extension ContentIndex.Shard {
  fileprivate var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(little: UInt32(id.part))
    bytes.append(little: UInt32(id.number))
    bytes.append(little: UInt64(rows))
    for file in [vectors, contents] {
      bytes.append(little: UInt64(file.size))
      bytes += ContentKey(file.digest).bytes
    }
    return bytes
  }
}

extension Checkpoint {
  /// The file with the rows, not that with their ids.
  var vectorsFile: CommittedFile? {
    files.first { $0.name.hasSuffix(VectorShards.ending) && !$0.name.hasSuffix(VectorShards.idsEnding) }
  }
}
