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
