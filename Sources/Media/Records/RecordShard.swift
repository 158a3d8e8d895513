/// A bounded slice of an archive's records, in archive order, with the rejects met on the way.
public struct RecordShard: Sendable, Equatable {
  /// Number of the shard in its archive, from 0.
  public var number: Int
  public var records: [Record] = []
  public var rejects: [Reject] = []
  /// The records' contents, one for each, if the options ask for them; else empty.
  public var payloads: [[UInt8]] = []
  public var counts = EntryCounts()
  /// Where the next shard begins; `RecordStream` can start there.
  public var next = RecordPosition()

  init(number: Int) { self.number = number }
}
