import Artifacts
import Media
import Pipelines
import Synchronization

/// The archives that a stage's jobs read entries from, each opened once for all of them.
///
/// A cache, not state: any process that opens the same archives reads the same bytes.
final class OpenSources: Sendable {
  private struct Opened: Sendable {
    let reader: EntryReader
    /// A compressed stream is read by one job at a time, shard after shard: taking turns would start it anew each time.
    let turn = Turn()
  }

  private final class Turn: Sendable {
    let lock = Mutex(())
  }

  private let readers = Mutex<[String: Opened]>([:])

  /// Hands the content of each record to the body, or the reject that stands for it.
  func forEach(_ records: [Record], of job: Job, _ body: (Record, Result<[UInt8], Reject>) throws -> Void) throws {
    guard let first = records.first else { return }
    let opened = try self.opened(first.archive, job)
    if opened.reader.isRandomAccess {
      for record in records {
        try Task.checkCancellation()
        try body(record, content(of: record, opened.reader))
      }
    } else {
      let contents = try opened.turn.lock.withLock { _ in try records.map { try content(of: $0, opened.reader) } }
      for (record, content) in zip(records, contents) {
        try Task.checkCancellation()
        try body(record, content)
      }
    }
  }

  /// Hands the content of each open record of a shard to the body, with the record's place; what cannot be read is rejected.
  func forEach(
    _ shard: inout EmbeddedShard, of job: Job, _ body: (inout EmbeddedShard, Int, [UInt8]) throws -> Void
  ) throws {
    var places = shard.open
    while !places.isEmpty {
      var (number, more) = (0, [Int]())
      try forEach(places.map { shard.records[$0] }, of: job) { record, content in
        let place = places[number]
        number += 1
        switch content {
        case .success(let bytes):
          job.advance(bytes: bytes.count)
          try body(&shard, place, bytes)
        case .failure(let reject):
          more += shard.reject(place, reject)
          job.advance(rejects: 1)
        }
      }
      places = more
    }
  }

  private func content(of record: Record, _ reader: EntryReader) throws -> Result<[UInt8], Reject> {
    do { return .success(try reader.bytes(of: record)) } catch let reject as Reject { return .failure(reject) }
  }

  private func opened(_ archive: String, _ job: Job) throws -> Opened {
    try readers.withLock { readers in
      if let opened = readers[archive] { return opened }
      // Another stage may read another archive of the same name: the one that the records came from is told by its digest.
      guard let read = try job.recipes().flatMap(\.sources).first(where: { $0.name == archive }),
        let source = job.sources.first(where: { $0.name == archive && $0.digest == read.digest })
      else {
        throw SourceFault("the archive \(archive) of a record is not among the sources of this pipeline")
      }
      let limits = try IngestCeilings(behind: job).archives
      let opened = Opened(reader: try EntryReader(path: source.path, archive: archive, limits: limits))
      readers[archive] = opened
      return opened
    }
  }
}
