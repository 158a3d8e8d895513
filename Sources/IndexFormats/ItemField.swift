/// A scalar sidecar field that was met in the items, and the column that shows it.
public struct ItemField: Sendable, Hashable, Codable {
  public enum Kind: String, Sendable, Codable {
    case integer, real, bool, text
  }

  /// The key in the items' JSON object.
  public var key: String
  /// The column's name: the key, or a variation of it where the key is taken.
  public var column: String
  public var kind: Kind
  /// Items that have it.
  public var count: Int

  public init(key: String, column: String, kind: Kind, count: Int) {
    self.key = key
    self.column = column
    self.kind = kind
    self.count = count
  }
}

/// A scalar of a sidecar object.
public enum ItemValue: Sendable, Hashable {
  case null
  case bool(Bool)
  case integer(Int64)
  case real(Double)
  case text(String)
  /// An object or a list, as its JSON text.
  case nested(String)
}
