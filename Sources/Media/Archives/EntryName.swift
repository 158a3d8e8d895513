/// Names of entries: never paths, and never written to a terminal or a page as they came.
enum EntryName {
  /// The name as text: bytes that are no UTF-8 become `\xNN`.
  static func escaped(_ bytes: [UInt8]) -> String {
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    var text = ""
    var decoder = UTF8()
    var rest = bytes.makeIterator()
    var position = 0
    while true {
      switch decoder.decode(&rest) {
      case .scalarValue(let scalar):
        text.unicodeScalars.append(scalar)
        position += UTF8.width(scalar)
      case .emptyInput:
        return text
      case .error:
        text += hexadecimal(bytes[position])
        position += 1
        decoder = UTF8()
        rest = Array(bytes[position...]).makeIterator()
      }
    }
  }

  /// The bytes of a name that `escaped` made.
  static func bytes(of name: String) -> [UInt8] {
    let text = Array(name.utf8)
    var bytes: [UInt8] = []
    var i = 0
    while i < text.count {
      if text[i] == UInt8(ascii: "\\"), i + 3 < text.count, text[i + 1] == UInt8(ascii: "x"),
        let high = hexadecimal(text[i + 2]), let low = hexadecimal(text[i + 3])
      {
        bytes.append(high << 4 | low)
        i += 4
      } else {
        bytes.append(text[i])
        i += 1
      }
    }
    return bytes
  }

  /// A text from outside, such as a library's message, without control characters.
  static func printable(_ text: String) -> String {
    var printable = ""
    for scalar in text.unicodeScalars {
      if scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) {
        printable += hexadecimal(UInt8(truncatingIfNeeded: scalar.value))
      } else {
        printable.unicodeScalars.append(scalar)
      }
    }
    return printable
  }

  /// What is unsafe about a name: it could leave a folder, or act on a terminal. Nil if nothing is.
  static func danger(of bytes: [UInt8]) -> String? {
    if bytes.isEmpty { return "the name is empty" }
    if bytes.contains(0) { return "the name holds a NUL byte" }
    if holdsControl(bytes) { return "the name holds control characters" }
    if isSeparator(bytes[0]) { return "the name is an absolute path" }
    if bytes.count > 1, bytes[1] == UInt8(ascii: ":"), isLetter(bytes[0]) {
      return "the name starts with a drive"
    }
    let climbs = bytes.split(whereSeparator: isSeparator).contains { $0.elementsEqual([0x2E, 0x2E]) }
    return climbs ? "the name climbs out of its folder (..)" : nil
  }

  private static func holdsControl(_ bytes: [UInt8]) -> Bool {
    var previous: UInt8 = 0
    for byte in bytes {
      if byte < 0x20 || byte == 0x7F { return true }
      if previous == 0xC2, (0x80...0x9F).contains(byte) { return true }  // U+0080 to U+009F
      previous = byte
    }
    return false
  }

  private static func isSeparator(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "/") || byte == UInt8(ascii: "\\")
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

  private static func hexadecimal(_ byte: UInt8) -> String {
    let digits = Array("0123456789abcdef".unicodeScalars)
    var text = "\\x"
    text.unicodeScalars.append(digits[Int(byte >> 4)])
    text.unicodeScalars.append(digits[Int(byte & 15)])
    return text
  }

  private static func hexadecimal(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    default: nil
    }
  }
}
