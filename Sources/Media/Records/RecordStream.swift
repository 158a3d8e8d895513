/// The records of one archive, shard by shard.
///
/// ```swift
/// let stream = try RecordStream(path: path, archive: "photos/a.tar", options: RecordOptions(media: .image))
/// while let shard = try stream.nextShard() { … }
/// ```
/// A shard closes at `shardSize` records or when what they hold reaches `shardBytes`, never between a record and its sidecars. The same
/// archive and options give the same shards, wherever the reading begins. Not for two threads at once.
public final class RecordStream {
  private let reader: ArchiveReader
  private let options: RecordOptions
  private let entries: EntryFeed
  private let producer: any RecordProducer
  private var shardCount = 0
  private var failure: ArchiveError?
  private var isDone = false
  /// What became of the entries so far.
  public private(set) var counts = EntryCounts()

  /// Opens an archive, a folder or a lone file.
  ///
  /// - Parameters:
  ///   - path: where it lies.
  ///   - archive: the name that records carry.
  ///   - start: a shard's `next`; what lies before it is passed over.
  /// - Throws: `ArchiveError` if it cannot be read at all.
  public init(
    path: String, archive: String, options: RecordOptions, startingAt start: RecordPosition = .init()
  ) throws(ArchiveError) {
    reader = try ArchiveReader(path: path, archive: archive, limits: options.archives)
    self.options = options
    entries = EntryFeed(reader, startingAt: start.ordinal)
    producer =
      switch options.media {
      case .image: ImageRecords(entries, options)
      case .text: TextRecords(entries, options, rowsToSkip: start.rows)
      }
  }

  /// Bytes of the archive file, and those read so far, for progress.
  public var size: Int { reader.size }
  public var bytesRead: Int { reader.bytesRead }

  /// The next shard; nil after the last.
  ///
  /// - Throws: `ArchiveError` where the archive is damaged, after the shards before the damage were given. Whoever goes on
  ///   without the archive writes the error's `reject`.
  public func nextShard() throws(ArchiveError) -> RecordShard? {
    if let failure { throw failure }
    guard !isDone else { return nil }
    var shard = RecordShard(number: shardCount)
    var weight = ShardWeight()
    do throws(ArchiveError) {
      while !isFull(shard, weight) {
        guard try producer.step(into: &shard) else {
          isDone = true
          break
        }
        weight.add(shard)
      }
    } catch {
      producer.flush(into: &shard)
      failure = error
    }
    producer.complete(&shard)
    shard.next = producer.position
    counts += shard.counts
    shardCount += 1
    if shard.records.isEmpty, shard.rejects.isEmpty {
      if let failure { throw failure }
      if isDone { return nil }
    }
    return shard
  }

  private func isFull(_ shard: RecordShard, _ weight: ShardWeight) -> Bool {
    if let enough = options.enough, shard.records.count >= enough.records, weight.content >= enough.contentBytes { return true }
    return shard.records.count >= options.shardSize || shard.rejects.count >= max(options.shardSize, 10_000)
      || weight.held >= options.shardBytes
  }
}
