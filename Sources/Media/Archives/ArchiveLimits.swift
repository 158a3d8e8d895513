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

  public init() {}
}
