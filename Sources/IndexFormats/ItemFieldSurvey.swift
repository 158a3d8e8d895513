/// Learns from the items which scalar sidecar fields there are, and gives each a column.
///
/// Rules: a key becomes a column if at least one item holds a scalar under it. Whole numbers and fractions make a real
/// column; any other mixture makes a text column. At most 256 keys become columns, those that most items have. A key
/// that is the name of another column in SQLite's eyes (letter case does not count) gets `field_` in front, and a
/// number behind if that is taken too. Keys that hold a quotation mark or control characters, or nothing, stay in the
/// JSON text alone.
public struct ItemFieldSurvey: Sendable {
  static let columnLimit = 256
  /// Keys that are counted at all: data with a new key in every item must not fill the memory.
  static let keyLimit = 10_000

  /// Names that no field may take.
  static let fixedColumns = [
    "row", "id", "archive", "entry", "ordinal", "offset", "size", "position", "digest", "format",
    "width", "height", "caption", "text", "fields", "rowid", "oid", "_rowid_", "vector",
    "image_path",
  ]

  private struct Seen {
    var kind: ItemField.Kind?
    var count = 0
  }
  private var seen: [String: Seen] = [:]

  public init() {}

  /// Takes note of an item's fields.
  ///
  /// - Throws: `IndexFormatError` if they are not the text of a JSON object.
  public mutating func note(_ item: Item) throws {
    guard let fields = item.fields else { return }
    for (key, value) in try FieldScanner.members(of: fields, item: item.id) {
      guard let kind = Self.kind(of: value) else { continue }
      guard var entry = seen[key] ?? (seen.count < Self.keyLimit ? Seen() : nil) else { continue }
      entry.kind = Self.joined(entry.kind, kind)
      if case .nested = value {} else { entry.count += 1 }
      seen[key] = entry
    }
  }

  /// The columns, in the order of their keys.
  public var fields: [ItemField] {
    let usable = seen.filter { $0.value.count > 0 && Self.isUsable($0.key) }
    let kept = usable.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
      .prefix(Self.columnLimit).sorted { $0.key < $1.key }
    var taken = Set(Self.fixedColumns)
    let plain = kept.filter { taken.insert($0.key.asciiLowercased).inserted }.map(\.key)
    let isPlain = Set(plain)
    return kept.map { key, entry in
      let column = isPlain.contains(key) ? key : Self.variation(of: key, taken: &taken)
      return ItemField(key: key, column: column, kind: entry.kind!, count: entry.count)
    }
  }

  private static func variation(of key: String, taken: inout Set<String>) -> String {
    var name = "field_" + key
    var number = 2
    while !taken.insert(name.asciiLowercased).inserted {
      name = "field_\(key)_\(number)"
      number += 1
    }
    return name
  }

  private static func isUsable(_ key: String) -> Bool {
    !key.isEmpty && key.utf8.count <= 128
      && !key.utf8.contains { $0 < 32 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }
  }

  private static func kind(of value: ItemValue) -> ItemField.Kind? {
    switch value {
    case .null: nil
    case .bool: .bool
    case .integer: .integer
    case .real: .real
    case .text, .nested: .text
    }
  }

  private static func joined(_ one: ItemField.Kind?, _ other: ItemField.Kind) -> ItemField.Kind {
    guard let one, one != other else { return other }
    let both: Set = [one, other]
    return both == [.integer, .real] ? .real : .text
  }
}

extension String {
  /// Letters A to Z made small: how SQLite compares names.
  var asciiLowercased: String {
    String(decoding: utf8.map { 65...90 ~= $0 ? $0 + 32 : $0 }, as: UTF8.self)
  }
}
