/// One item of a corpus: where it lies, what it holds, what is said about it. Never its pixels.
///
/// A record is a line of a records shard (`.records.jsonl`), keys in the order of these fields, absent ones left out.
public struct Record: Sendable, Equatable {
  /// First 63 bits of the SHA-256 of the record's identity; unique in a corpus.
  public var id: Int64
  /// Name of the archive (or folder, or vector file), relative to the fixed part of its glob.
  public var archive: String
  /// Name of the entry inside the archive; bytes that are no UTF-8 are escaped as `\\xNN`.
  public var entry: String
  /// Number of the entry in its archive, from 0, counting all entries: how a compressed stream is searched.
  public var ordinal: Int
  /// Byte offset of the content in the archive, where the entry is stored uncompressed; nil otherwise.
  public var offset: Int?
  /// Bytes of the content.
  public var size: Int
  /// For a record that is a part of its entry (a line, a row of vectors): byte offset inside the uncompressed entry.
  public var position: Int?
  /// SHA-256 of the content, 64 hexadecimal digits.
  public var digest: String
  /// What the content is by its first bytes: "jpeg", "png", "text", "vector", ...
  public var format: String
  /// Pixels after orientation; images only.
  public var width: Int?
  public var height: Int?
  public var caption: String?
  /// The text to embed; text records only.
  public var text: String?
  /// Sidecar fields (WebDataset's .json, columns of a table), as the text of one JSON object with sorted keys; nil if none.
  public var fields: String?

  public init(
    id: Int64, archive: String, entry: String, ordinal: Int, offset: Int? = nil, size: Int,
    position: Int? = nil, digest: String, format: String, width: Int? = nil, height: Int? = nil,
    caption: String? = nil, text: String? = nil, fields: String? = nil
  ) {
    self.id = id
    self.archive = archive
    self.entry = entry
    self.ordinal = ordinal
    self.offset = offset
    self.size = size
    self.position = position
    self.digest = digest
    self.format = format
    self.width = width
    self.height = height
    self.caption = caption
    self.text = text
    self.fields = fields
  }
}
