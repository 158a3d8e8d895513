/// The tables of `items.sqlite`.
///
/// `items`: one row for each record, `row` its place in the index (from 0), then the record's columns, then one virtual
/// column for each scalar sidecar field. `archives`: where the records' bytes lie. `fields`: which JSON key each
/// virtual column shows.
enum ItemStoreSchema {
  /// In the file's `user_version`; a change of the tables raises it.
  static let version = 1
  /// "VMit" in the file's `application_id`.
  static let applicationID = 0x564D_6974

  static let marks = "PRAGMA application_id = \(applicationID); PRAGMA user_version = \(version);\n"

  static let itemColumns = [
    "row", "id", "archive", "entry", "ordinal", "offset", "size", "position", "digest", "format",
    "width", "height", "caption", "text", "fields",
  ]

  static let tables = """
    CREATE TABLE archives (
      name TEXT PRIMARY KEY NOT NULL,
      path TEXT NOT NULL,
      size INTEGER NOT NULL,
      digest TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE fields (
      "column" TEXT PRIMARY KEY NOT NULL,
      "key" TEXT NOT NULL,
      kind TEXT NOT NULL,
      count INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE items (
      row INTEGER PRIMARY KEY,
      id INTEGER NOT NULL,
      archive TEXT NOT NULL,
      entry TEXT NOT NULL,
      ordinal INTEGER NOT NULL,
      offset INTEGER,
      size INTEGER NOT NULL,
      position INTEGER,
      digest TEXT NOT NULL,
      format TEXT NOT NULL,
      width INTEGER,
      height INTEGER,
      caption TEXT,
      text TEXT,
      fields TEXT
    );
    """

  static let insertion = """
    INSERT INTO items VALUES (\(itemColumns.map { _ in "?" }.joined(separator: ",")))
    """

  /// Built last, in one sort: ids are random, and keeping the index up row by row would be far slower.
  static let index = "CREATE UNIQUE INDEX items_id ON items (id)"

  /// Everything in the file's schema.
  static let objects = ["index items_id", "table archives", "table fields", "table items"]

  static func virtualColumn(_ field: ItemField) -> String {
    let type =
      switch field.kind {
      case .integer, .bool: "INTEGER"
      case .real: "REAL"
      case .text: "TEXT"
      }
    let path = "$.\"\(field.key)\"".replacingQuotes("'")
    return """
      ALTER TABLE items ADD COLUMN "\(field.column.replacingQuotes("\""))" \(type) \
      GENERATED ALWAYS AS (json_extract(fields, '\(path)')) VIRTUAL
      """
  }
}

extension String {
  /// Doubles a quotation mark, as SQL wants it inside a quoted text.
  fileprivate func replacingQuotes(_ mark: Character) -> String {
    String(flatMap { $0 == mark ? [mark, mark] : [$0] })
  }
}
