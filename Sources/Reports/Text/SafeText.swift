/// Text from outside (names of archives and entries, captions, messages) made fit for a terminal or a page.
///
/// Whatever could move a cursor, change a colour, reverse the reading direction or hide is written out visibly instead: control
/// characters, line and paragraph separators, and format characters such as bidi overrides (https://trojansource.codes). The two
/// joiners stay, because emoji, Persian and Indic scripts need them.
public enum SafeText {
  /// The text with every unsafe scalar as `\n`, `\t`, `\r`, `\x1b` or `\u{202e}`.
  public static func escaped(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isUnsafe) else { return text }
    var escaped = ""
    for scalar in text.unicodeScalars { append(scalar, to: &escaped) }
    return escaped
  }

  /// The same of bytes: those that are no UTF-8 become `\xNN`.
  public static func escaped(bytes: some Sequence<UInt8>) -> String {
    let bytes = Array(bytes)
    var escaped = ""
    var place = 0
    while place < bytes.count {
      let length = sequenceLength(bytes[place])
      let end = min(place + length, bytes.count)
      if let valid = String(validating: bytes[place..<end], as: UTF8.self), let scalar = valid.unicodeScalars.first {
        append(scalar, to: &escaped)
        place = end
      } else {
        escaped += "\\x" + hex(UInt32(bytes[place]), 2)
        place += 1
      }
    }
    return escaped
  }

  /// The text with its line breaks and tabs, everything else escaped: for pipeline files shown as they are.
  public static func escapedLines(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      if scalar == "\n" || scalar == "\t" { escaped.unicodeScalars.append(scalar) } else { append(scalar, to: &escaped) }
    }
    return escaped
  }

  /// A JSON document with what could harm a terminal as `\uNNNN`, which means the same.
  public static func escapedJSON(_ json: String) -> String {
    var escaped = ""
    for scalar in json.unicodeScalars {
      // An encoder escapes the control characters below; those that are left are its line breaks.
      if scalar.value >= 0x7F, isUnsafe(scalar) {
        for unit in UTF16.encode(scalar)! { escaped += "\\u" + hex(UInt32(unit), 4) }
      } else {
        escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x7F { return scalar.value < 0x20 }
    if scalar.value == 0x200C || scalar.value == 0x200D { return false }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: return true
    default: return false
    }
  }

  private static func append(_ scalar: Unicode.Scalar, to text: inout String) {
    guard isUnsafe(scalar) else { return text.unicodeScalars.append(scalar) }
    switch scalar {
    case "\n": text += "\\n"
    case "\r": text += "\\r"
    case "\t": text += "\\t"
    default: text += scalar.value <= 0xFF ? "\\x" + hex(scalar.value, 2) : "\\u{" + hex(scalar.value, 4) + "}"
    }
  }

  private static func sequenceLength(_ lead: UInt8) -> Int {
    switch lead {
    case 0xC2...0xDF: 2
    case 0xE0...0xEF: 3
    case 0xF0...0xF4: 4
    default: 1
    }
  }

  static func hex(_ value: UInt32, _ width: Int) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
