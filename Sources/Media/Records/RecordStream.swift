/// The records of one archive, shard by shard.
///
/// ```swift
/// let stream = try RecordStream(path: path, archive: "photos/a.tar", options: RecordOptions(media: .image))
/// while let shard = try stream.nextShard() { … }
/// ```
/// A shard closes at `shardSize` records, never between a record and its sidecars. The same archive and options give the
/// same shards. Not for two threads at once.
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
    do throws(ArchiveError) {
      while !isFull(shard) {
        guard try producer.step(into: &shard) else {
          isDone = true
          break
        }
      }
    } catch {
      producer.flush(into: &shard)
      failure = error
    }
    shard.next = producer.position
    counts += shard.counts
    shardCount += 1
    if shard.records.isEmpty, shard.rejects.isEmpty {
      if let failure { throw failure }
      if isDone { return nil }
    }
    return shard
  }

  private func isFull(_ shard: RecordShard) -> Bool {
    shard.records.count >= options.shardSize || shard.rejects.count >= max(options.shardSize, 10_000)
  }
}

/// Makes records of entries: one kind for each media.
protocol RecordProducer: AnyObject {
  /// Adds the next record, group of records or rejects; false at the end.
  func step(into shard: inout RecordShard) throws(ArchiveError) -> Bool
  /// Where the next step begins.
  var position: RecordPosition { get }
  /// Adds what is complete when nothing more can be read.
  func flush(into shard: inout RecordShard)
}

/// The entries of a reader from an ordinal on, with a look at the next one.
final class EntryFeed {
  let reader: ArchiveReader
  private let start: Int
  private var held: ArchiveItem?

  init(_ reader: ArchiveReader, startingAt start: Int) {
    self.reader = reader
    self.start = start
  }

  /// The next item, which stays the next one; nil at the end.
  func peek() throws(ArchiveError) -> ArchiveItem? {
    while held == nil, let item = try reader.next() {
      if item.ordinal >= start { held = item }
    }
    return held
  }

  /// Takes the item that `peek` showed; an entry's content is then the reader's to give.
  func advance() { held = nil }

  /// Ordinal of the next item, or of the one that would follow the last.
  var nextOrdinal: Int { held?.ordinal ?? reader.entryCount }
}

extension ArchiveItem {
  var ordinal: Int {
    switch self {
    case .entry(let entry): entry.ordinal
    case .reject(let reject): reject.ordinal ?? 0
    }
  }

  var name: String {
    switch self {
    case .entry(let entry): entry.name
    case .reject(let reject): reject.entry ?? ""
    }
  }
}
