import Artifacts
import Synchronization

/// What the jobs of an ingest stage took together, held against the stage's ceilings while they run.
final class IngestTally: Sendable {
  private struct Taken {
    var entries = 0
    var bytes = 0
  }

  let maxEntries: Int
  let maxBytes: Int
  private let parts = Mutex<[Int: Taken]>([:])

  init(maxEntries: Int, maxBytes: Int) {
    self.maxEntries = maxEntries
    self.maxBytes = maxBytes
  }

  /// Counts a part's committed shards anew: those of an earlier attempt count, and none counts twice.
  ///
  /// - Throws: `IngestTooLarge` over a ceiling.
  func set(_ part: Int, _ shards: [Checkpoint]) throws {
    try update(part) { $0 = Taken(entries: shards.reduce(0) { $0 + $1.entries }, bytes: shards.reduce(0) { $0 + $1.bytes }) }
  }

  /// Counts one shard more.
  func add(_ part: Int, entries: Int, bytes: Int) throws {
    try update(part) {
      $0.entries += entries
      $0.bytes += bytes
    }
  }

  /// Holds all shards of the stage against the ceilings, whichever run made them.
  func check(_ shards: [Checkpoint]) throws {
    try judge(entries: shards.reduce(0) { $0 + $1.entries }, bytes: shards.reduce(0) { $0 + $1.bytes })
  }

  private func update(_ part: Int, _ change: (inout Taken) -> Void) throws {
    let (entries, bytes) = parts.withLock { parts in
      change(&parts[part, default: Taken()])
      return (parts.values.reduce(0) { $0 + $1.entries }, parts.values.reduce(0) { $0 + $1.bytes })
    }
    try judge(entries: entries, bytes: bytes)
  }

  private func judge(entries: Int, bytes: Int) throws {
    if entries > maxEntries { throw IngestTooLarge(option: "max_total_entries", limit: maxEntries, unit: "entries") }
    if bytes > maxBytes { throw IngestTooLarge(option: "max_total_bytes", limit: maxBytes, unit: "bytes of records") }
  }
}

/// All archives of a stage together are more than it may take.
struct IngestTooLarge: Error, CustomStringConvertible {
  var option: String
  var limit: Int
  var unit: String

  var description: String {
    "the archives hold more than \(limit) \(unit); raise \(option) if that is right: committed work stays"
  }
}

extension Checkpoint {
  /// Entries that a shard took; a shard of vectors has one for each row.
  fileprivate var entries: Int { notes["entries"]?.integer ?? (rows + rejected) }
}
