/// How texts become records.
public struct TextOptions: Sendable, Equatable {
  public enum Unit: String, Sendable, CaseIterable { case entry, line }

  /// Whether a .txt entry is one record, or each of its lines is one.
  public var unit = Unit.entry
  /// Column or key of the text to embed.
  public var textField = "text"
  /// Columns or keys whose texts go before it, a line each, such as a title; those that a record lacks are left out.
  public var leadingFields: [String] = []
  /// Column or key that names a record inside its entry; used if present. It stays in the fields.
  public var idField: String? = "id"
  /// Column or key of the caption, if there is one.
  public var captionField: String?
  /// Bytes of one text or line; a longer one is a reject.
  public var maxTextBytes = 16 << 20
  /// How deep JSON may be nested.
  public var maxDepth = 64

  public init() {}
}
