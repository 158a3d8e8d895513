/// Ceilings that no honest archive meets; they are counted while inflating, whatever the headers claim.
public struct ArchiveLimits: Sendable, Equatable {
  /// Bytes of one entry's content; a larger entry is a reject, `entry-too-large`.
  public var maxEntryBytes = 256 << 20
  /// Bytes that one archive may inflate to; more fails it, `archive-too-large`.
  public var maxArchiveBytes = 1 << 40
  /// Entries of one archive; more fail it, `too-many-entries`.
  public var maxEntries = 10_000_000
  /// Bytes of a name; a longer one is a reject, `name-too-long`.
  public var maxNameBytes = 4096
  /// Bytes that one byte of the archive may become, on average; more fails it, or rejects the entry of a zip:
  /// `inflates-too-much`. Deflate reaches 1032, text seldom 30, pictures 1.
  public var maxInflation = 200
  /// Seconds of processor time that reading one entry whole may take; more is a reject, `too-slow`. Not of the clock on the wall:
  /// a slow disk or a busy machine must not decide what is read.
  public var maxEntrySeconds = 60.0

  /// What may come out of any archive, however small it is, before `maxInflation` counts: that much does no harm.
  static let freeBytes = 64 << 20

  /// Whether so many bytes are more than so many bytes of an archive may become.
  func inflatesTooMuch(_ produced: Int, from read: Int) -> Bool {
    guard produced > Self.freeBytes else { return false }
    let (most, overflow) = max(read, 1).multipliedReportingOverflow(by: maxInflation)
    return !overflow && produced > most
  }

  /// The words of the fault.
  func inflationMessage(_ produced: Int, from read: Int) -> String {
    "\(read) bytes become \(produced): more than the \(maxInflation) times of max_inflation"
  }

  public init() {}
}
