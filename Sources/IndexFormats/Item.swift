/// One row of an export's items: where its bytes lie, what they are, what is said about them.
///
/// A record of a corpus, in the columns in which every export format shows it. The meaning of each is `Record`'s.
public struct Item: Sendable, Equatable {
  public var id: Int64
  public var archive: String
  public var entry: String
  public var ordinal: Int
  public var offset: Int?
  public var size: Int
  public var position: Int?
  /// SHA-256 of the content, 64 hexadecimal digits.
  public var digest: String
  public var format: String
  public var width: Int?
  public var height: Int?
  public var caption: String?
  public var text: String?
  /// The text of one JSON object.
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
