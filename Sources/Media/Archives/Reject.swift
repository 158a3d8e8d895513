/// Something that was not taken, and why: one line of rejects.jsonl.
public struct Reject: Error, Sendable, Equatable {
  /// Name of the archive, as in `Record.archive`.
  public var archive: String
  /// Name of the entry, escaped; nil where the whole archive is meant.
  public var entry: String?
  /// Number of the entry in its archive, from 0.
  public var ordinal: Int?
  /// Byte offset in the archive file, where it is known.
  public var offset: Int?
  /// Line of the entry, from 1, or row of a vector file, from 0.
  public var line: Int?
  public var code: RejectCode
  /// What is wrong, in words; holds no control characters.
  public var message: String

  public init(
    archive: String, entry: String? = nil, ordinal: Int? = nil, offset: Int? = nil,
    line: Int? = nil, code: RejectCode, message: String
  ) {
    self.archive = archive
    self.entry = entry
    self.ordinal = ordinal
    self.offset = offset
    self.line = line
    self.code = code
    self.message = message
  }

  init(_ entry: ArchiveEntry, line: Int? = nil, _ code: RejectCode, _ message: String) {
    self.init(
      archive: entry.archive, entry: entry.name, ordinal: entry.ordinal, offset: entry.offset,
      line: line, code: code, message: message)
  }
}

extension Reject: CustomStringConvertible {
  public var description: String {
    var text = archive
    if let entry { text += ", \(entry)" }
    if let line { text += ", line \(line)" }
    if let offset { text += " at byte \(offset)" }
    return text + ": \(code.rawValue): \(message)"
  }
}
