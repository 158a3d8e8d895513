/// An entry that is being read row by row.
struct TextTable {
  let entry: ArchiveEntry
  var scanner: LineScanner
  /// Rows that became records or rejects; the header of a table is none.
  private(set) var rows = 0
  private var parser: RowParser
  private let identity: RecordOptions.Identity
  private var ids: Set<Int64> = []

  init(_ entry: ArchiveEntry, _ format: TextFormat, _ options: RecordOptions) {
    self.entry = entry
    scanner = LineScanner(maxBytes: options.texts.maxTextBytes, isQuoted: format == .csv)
    parser = RowParser(format, options.texts)
    identity = options.identity
  }

  /// The row as a record; nil for the header of a table.
  mutating func take(_ row: LineScanner.Row) -> Result<Record, Reject>? {
    do throws(RowError) {
      guard let parsed = try parser.parse(row) else { return nil }
      rows += 1
      return .success(try record(parsed, row))
    } catch {
      rows += 1
      return .failure(Reject(entry, line: row.line, error.code, error.message))
    }
  }

  private mutating func record(_ parsed: TextRow, _ row: LineScanner.Row) throws(RowError) -> Record {
    let digest = ContentDigest.hex(of: parsed.text)
    let id =
      identity == .content
      ? ContentDigest.identity(hex: digest)
      : ContentDigest.identity(entry.archive, entry.name, parsed.id ?? "line \(row.line)")
    if parsed.id != nil, identity == .entry, !ids.insert(id).inserted {
      throw RowError(code: .duplicateID, message: "a row before it has the same id")
    }
    return Record(
      id: id, archive: entry.archive, entry: entry.name, ordinal: entry.ordinal,
      offset: entry.offset.map { $0 + row.position }, size: row.bytes.count, position: row.position,
      digest: digest, format: "text", caption: parsed.caption, text: parsed.text, fields: parsed.fields)
  }
}
