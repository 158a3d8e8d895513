public import Artifacts

/// One line of `history.jsonl`: something that happened to a name. Lines are only ever added.
public struct RegistryEvent: Sendable, Equatable, Codable {
  public enum Kind: String, Sendable, Codable {
    case published
    /// An alias was put on a version.
    case promoted
    /// An alias went back to the version it had before.
    case rolledBack = "rolled-back"
    /// An alias was taken off.
    case unaliased
    case pinned, unpinned, retired, unretired
    /// Its bytes were removed to make room; what is known of it stays.
    case freed
    /// A symbolic link, or a command, that follows an alias was set, or taken off where there is no note.
    case linked, hooked
    /// Link and command followed the alias to a version, or failed to: the note says so.
    case announced
  }

  public var event: Kind
  /// Number of the line, from 1.
  public internal(set) var line = 0
  public var version: Int?
  public var alias: String?
  /// The version that the alias left.
  public var from: Int?
  /// Of a published version: the digest of its document, and of its content.
  public var document: Digest?
  public var content: Digest?
  public var note: String?
  public internal(set) var by = ""
  public internal(set) var time = ""
  /// Digest of the line before; of the first, of the registry's name.
  public internal(set) var previous: Digest?

  public init(
    _ event: Kind, version: Int? = nil, alias: String? = nil, from: Int? = nil, document: Digest? = nil,
    content: Digest? = nil, note: String? = nil
  ) {
    self.event = event
    self.version = version
    self.alias = alias
    self.from = from
    self.document = document
    self.content = content
    self.note = note
  }
}
