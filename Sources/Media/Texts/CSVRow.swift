/// The fields of one row of a table.
enum CSVRow {
  /// Fields between commas, quoted as RFC 4180 says.
  static func cells(_ text: String) throws(RowError) -> [String] {
    let bytes = Array(text.utf8)
    var cells: [String] = []
    var at = 0
    while true {
      let cell = try cell(bytes, &at)
      cells.append(String(decoding: cell, as: UTF8.self))
      if at == bytes.count { return cells }
      guard bytes[at] == UInt8(ascii: ",") else {
        throw RowError(code: .badRow, message: "something follows a closing quote")
      }
      at += 1
    }
  }

  /// Fields between tabs; the format has no quoting.
  static func tabbed(_ text: String) -> [String] {
    text.utf8.split(separator: 0x09, omittingEmptySubsequences: false).map { String($0) ?? "" }
  }

  private static func cell(_ bytes: [UInt8], _ at: inout Int) throws(RowError) -> ArraySlice<UInt8> {
    let quote = UInt8(ascii: "\"")
    guard at < bytes.count, bytes[at] == quote else {
      let end = bytes[at...].firstIndex(of: UInt8(ascii: ",")) ?? bytes.count
      defer { at = end }
      guard !bytes[at..<end].contains(quote) else {
        throw RowError(code: .badRow, message: "a quote stands inside a field that is not quoted")
      }
      return bytes[at..<end]
    }
    var cell: [UInt8] = []
    at += 1
    while at < bytes.count {
      if bytes[at] == quote {
        at += 1
        guard at < bytes.count, bytes[at] == quote else { return cell[...] }
      }
      cell.append(bytes[at])
      at += 1
    }
    throw RowError(code: .badRow, message: "a quote is not closed")
  }
}
