/// What a shard that is being filled weighs, counted as its records come.
struct ShardWeight {
  /// Bytes that its records and rejects hold in memory.
  private(set) var held = 0
  /// Bytes of the contents that its records stand for.
  private(set) var content = 0
  private var records = 0
  private var rejects = 0
  private var payloads = 0

  /// What a record or reject takes beside its texts, about.
  private static let fixed = 256

  /// Counts what was added to the shard since the last time.
  mutating func add(_ shard: RecordShard) {
    for record in shard.records[records...] {
      held += Self.fixed + record.archive.utf8.count + record.entry.utf8.count
      held += (record.caption?.utf8.count ?? 0) + (record.text?.utf8.count ?? 0) + (record.fields?.utf8.count ?? 0)
      content += record.size
    }
    for reject in shard.rejects[rejects...] {
      held += Self.fixed + reject.archive.utf8.count + (reject.entry?.utf8.count ?? 0) + reject.message.utf8.count
    }
    for payload in shard.payloads[payloads...] { held += payload.count }
    (records, rejects, payloads) = (shard.records.count, shard.rejects.count, shard.payloads.count)
  }
}
