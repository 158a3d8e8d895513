/// Small things that all text readers do.
enum TextEntry {
  /// The bytes without the UTF-8 byte order mark that some programs put first.
  static func withoutMark(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes
  }

  /// The text without white space at its ends.
  static func trimmed(_ text: String) -> String {
    let utf8 = text.utf8
    guard let first = utf8.firstIndex(where: { !$0.isASCIISpace }),
      let last = utf8.lastIndex(where: { !$0.isASCIISpace })
    else { return "" }
    return String(text[first...last])
  }
}
