/// A pass through a compressed archive for several readers: what it passes over is kept for those who are behind.
///
/// Jobs on neighbouring shards ask in turns; without this each turn back would start the archive again.
struct PassedEntries {
  var pass: ArchivePass?
  private let kept: KeptEntries

  /// - Parameter capacity: bytes to keep at most; 0 keeps nothing and skips what it can.
  init(capacity: Int) { kept = KeptEntries(capacity: capacity) }

  /// Gives a kept entry away.
  func take(_ ordinal: Int) -> [UInt8]? { kept.take(ordinal) }

  /// Reads an entry by the pass, keeping what lies before it.
  func read(_ ordinal: Int, _ range: Range<Int>?) throws(ArchiveError) -> Result<[UInt8], Reject> {
    guard let pass else { preconditionFailure("no pass is open") }
    guard kept.capacity > 0 else { return try pass.bytes(ordinal: ordinal, range: range) }
    return try pass.bytes(ordinal: ordinal, range: range) { [kept] in kept.keep($0, $1) }
  }
}

/// The last entries that a pass went over, up to a number of bytes.
private final class KeptEntries {
  let capacity: Int
  private var entries: [Int: [UInt8]] = [:]
  /// Ordinals in the order in which they were kept, from `first` on; some are taken already.
  private var order: [Int] = []
  private var first = 0
  private var bytes = 0

  init(capacity: Int) { self.capacity = capacity }

  func take(_ ordinal: Int) -> [UInt8]? {
    guard let entry = entries.removeValue(forKey: ordinal) else { return nil }
    bytes -= entry.count
    return entry
  }

  func keep(_ ordinal: Int, _ entry: [UInt8]) {
    guard entry.count <= capacity, entries[ordinal] == nil else { return }
    entries[ordinal] = entry
    order.append(ordinal)
    bytes += entry.count
    while bytes > capacity, first < order.count {
      _ = take(order[first])
      first += 1
    }
    guard first > 1024 else { return }
    order.removeFirst(first)
    first = 0
  }
}
