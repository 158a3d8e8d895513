/// Why an archive cannot be read, or not to its end.
public struct ArchiveError: Error, Sendable, Equatable {
  /// Name of the archive, as in `Record.archive`.
  public var archive: String
  /// Bytes of the archive that were good, where that is known.
  public var offset: Int?
  public var code: RejectCode
  public var message: String

  public init(archive: String, offset: Int? = nil, code: RejectCode, message: String) {
    self.archive = archive
    self.offset = offset
    self.code = code
    self.message = message
  }

  /// The same as a line of rejects.jsonl, for runs that go on without the archive.
  public var reject: Reject {
    Reject(archive: archive, offset: offset, code: code, message: message)
  }
}

extension ArchiveError: CustomStringConvertible {
  public var description: String { reject.description }
}
