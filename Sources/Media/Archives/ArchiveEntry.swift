/// One file of an archive, before its content is read.
public struct ArchiveEntry: Sendable, Equatable {
  /// Name of the archive, as in `Record.archive`.
  public var archive: String
  /// Name of the entry; bytes that are no UTF-8 are escaped as `\xNN`.
  public var name: String
  /// Number of the entry in its archive, from 0, counting all entries.
  public var ordinal: Int
  /// Byte offset of the content in the archive file, where it is stored uncompressed and in one piece.
  public var offset: Int?
  /// Bytes of the content as the header declares them; the content is held against it.
  public var size: Int
  /// First 63 bits of the SHA-256 of archive name, NUL, entry name.
  public var identity: Int64
}

/// What an archive yields, one for each entry that is no directory.
public enum ArchiveItem: Sendable, Equatable {
  case entry(ArchiveEntry)
  case reject(Reject)
}
