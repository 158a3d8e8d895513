/// Turns the rows of one entry into texts.
struct RowParser {
  let format: TextFormat
  let options: TextOptions
  private var header: [String]?

  init(_ format: TextFormat, _ options: TextOptions) {
    self.format = format
    self.options = options
  }

  /// The row's text; nil for the header of a table.
  mutating func parse(_ row: LineScanner.Row) throws(RowError) -> TextRow? {
    if row.isTooLong {
      throw RowError(code: .lineTooLong, message: "it is longer than \(options.maxTextBytes) bytes")
    }
    switch format {
    case .txt:
      return TextRow(text: try text(row.bytes))
    case .jsonl:
      return try jsonRow(Array(row.bytes))
    case .csv, .tsv:
      let cells = try format == .csv ? CSVRow.cells(text(row.bytes)) : CSVRow.tabbed(text(row.bytes))
      guard let header else {
        try adopt(cells)
        return nil
      }
      return try tableRow(cells, header)
    }
  }

  private func text(_ bytes: ArraySlice<UInt8>) throws(RowError) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw RowError(code: .notUTF8, message: "it is no UTF-8")
    }
    return text
  }

  private mutating func adopt(_ names: [String]) throws(RowError) {
    header = names
    guard Set(names.map { Array($0.utf8) }).count == names.count else {
      throw RowError(code: .badRow, message: "two columns have the same name")
    }
    guard names.contains(options.textField) else {
      let found = EntryName.printable(String(names.joined(separator: ", ").prefix(200)))
      throw RowError(
        code: .missingField, message: "no column is called \(options.textField); there are \(found)")
    }
  }

  private func tableRow(_ cells: [String], _ header: [String]) throws(RowError) -> TextRow {
    guard cells.count == header.count else {
      throw RowError(code: .badRow, message: "it has \(cells.count) fields, the header \(header.count)")
    }
    return try row(of: zip(header, cells).map { .init(key: $0, value: .string($1)) })
  }

  private func jsonRow(_ bytes: [UInt8]) throws(RowError) -> TextRow {
    let value: JSONValue
    do throws(JSONError) {
      value = try JSONValue(parsing: bytes, maxDepth: options.maxDepth)
    } catch {
      throw RowError(code: error.code, message: error.description)
    }
    guard case .object(let members) = value else {
      throw RowError(code: .badJSON, message: "it is no JSON object")
    }
    return try row(of: members)
  }

  private func row(of members: [JSONValue.Member]) throws(RowError) -> TextRow {
    var row = TextRow(text: "")
    var hasText = false
    var leading = [String?](repeating: nil, count: options.leadingFields.count)
    var rest: [JSONValue.Member] = []
    for member in members {
      if member.key == options.textField {
        guard case .string(let text) = member.value else {
          throw RowError(code: .badField, message: "\(options.textField) is no string")
        }
        row.text = text
        hasText = true
        continue
      }
      if member.key == options.idField { row.id = try id(member.value) }
      if member.key == options.captionField, case .string(let caption) = member.value { row.caption = caption }
      if let place = options.leadingFields.firstIndex(of: member.key), case .string(let text) = member.value {
        leading[place] = text
      }
      rest.append(member)
    }
    guard hasText else { throw RowError(code: .missingField, message: "it has no \(options.textField)") }
    guard !row.text.isEmpty else { throw RowError(code: .empty, message: "\(options.textField) is empty") }
    row.text = (leading.compactMap(\.self).filter { !$0.isEmpty } + [row.text]).joined(separator: "\n")
    row.fields = rest.isEmpty ? nil : JSONValue.object(rest).sortedText
    return row
  }

  private func id(_ value: JSONValue) throws(RowError) -> String {
    switch value {
    case .string(let text): return text
    case .number(let text) where Int64(text) != nil: return text
    default: throw RowError(code: .badField, message: "the id is no string and no 64-bit whole number")
    }
  }
}
