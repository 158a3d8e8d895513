/// Makes records of entries: one kind for each media.
protocol RecordProducer: AnyObject {
  /// Adds the next record, group of records or rejects; false at the end.
  func step(into shard: inout RecordShard) throws(ArchiveError) -> Bool
  /// Where the next step begins.
  var position: RecordPosition { get }
  /// Adds what is complete when nothing more can be read.
  func flush(into shard: inout RecordShard)
  /// Gives the shard what its records still lack; called once, before it is handed out.
  func complete(_ shard: inout RecordShard)
}

extension RecordProducer {
  func complete(_ shard: inout RecordShard) {}
}
