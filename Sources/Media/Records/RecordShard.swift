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

/// A place between two records of an archive.
public struct RecordPosition: Sendable, Equatable, Codable {
  /// The first entry that was not taken whole.
  public var ordinal = 0
  /// Rows of that entry that were taken, if it holds more than one record.
  public var rows = 0

  public init(ordinal: Int = 0, rows: Int = 0) {
    self.ordinal = ordinal
    self.rows = rows
  }
}

/// What became of an archive's entries. Directories are not counted.
///
/// `entries = wholeRecords + sidecars + entryRejects + containers` always holds.
public struct EntryCounts: Sendable, Equatable {
  public var entries = 0
  /// Records that are a whole entry: pictures, texts.
  public var wholeRecords = 0
  /// Records that are a part of one: lines.
  public var partRecords = 0
  /// Entries that went into the caption and fields of records.
  public var sidecars = 0
  /// Entries that are read line by line.
  public var containers = 0
  public var entryRejects = 0
  /// Lines that were not taken.
  public var lineRejects = 0

  public init() {}

  public var records: Int { wholeRecords + partRecords }
  public var rejects: Int { entryRejects + lineRejects }

  public static func += (left: inout EntryCounts, right: EntryCounts) {
    left.entries += right.entries
    left.wholeRecords += right.wholeRecords
    left.partRecords += right.partRecords
    left.sidecars += right.sidecars
    left.containers += right.containers
    left.entryRejects += right.entryRejects
    left.lineRejects += right.lineRejects
  }
}
