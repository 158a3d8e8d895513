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
