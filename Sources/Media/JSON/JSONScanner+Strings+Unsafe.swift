extension JSONScanner {
  /// A quoted string.
  mutating func string() throws(JSONError) -> String {
    try expect(UInt8(ascii: "\""))
    let start = position
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        defer { position += 1 }
        return try text(start..<position)
      }
      if byte == UInt8(ascii: "\\") { return try escapedString(from: start) }
      guard byte >= 0x20 else { throw error("a control character stands in a string") }
      position += 1
    }
    throw error("a string has no end")
  }

  private func text(_ range: Range<Int>) throws(JSONError) -> String {
    let slice = UnsafeBufferPointer(rebasing: bytes[range])
    guard let text = String(validating: slice, as: UTF8.self) else {
      throw error("a string is no UTF-8", .notUTF8)
    }
    return text
  }

  /// A string with an escape at the position.
  private mutating func escapedString(from start: Int) throws(JSONError) -> String {
    var plain = Array(bytes[start..<position])
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte == UInt8(ascii: "\"") {
        guard let text = String(validating: plain, as: UTF8.self) else {
          throw error("a string is no UTF-8", .notUTF8)
        }
        return text
      }
      guard byte >= 0x20 else { throw error("a control character stands in a string") }
      if byte == UInt8(ascii: "\\") { try unescape(into: &plain) } else { plain.append(byte) }
    }
    throw error("a string has no end")
  }

  private mutating func unescape(into plain: inout [UInt8]) throws(JSONError) {
    let byte = next
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): plain.append(byte)
    case UInt8(ascii: "b"): plain.append(0x08)
    case UInt8(ascii: "f"): plain.append(0x0C)
    case UInt8(ascii: "n"): plain.append(0x0A)
    case UInt8(ascii: "r"): plain.append(0x0D)
    case UInt8(ascii: "t"): plain.append(0x09)
    case UInt8(ascii: "u"): plain.append(contentsOf: String(try scalar()).utf8)
    default: throw error("an escape is unknown")
    }
  }

  private mutating func scalar() throws(JSONError) -> Character {
    var value = try unit()
    if (0xD800...0xDBFF).contains(value) {
      guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else { throw error("a surrogate stands alone") }
      let low = try unit()
      guard (0xDC00...0xDFFF).contains(low) else { throw error("a surrogate stands alone") }
      value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
    }
    guard let scalar = UnicodeScalar(value) else { throw error("a surrogate stands alone") }
    return Character(scalar)
  }

  private mutating func unit() throws(JSONError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = Character(UnicodeScalar(next)).hexDigitValue, next < 0x80 else {
        throw error("four hexadecimal digits are missing")
      }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }
}

extension JSONValue {
  /// Parses one JSON text.
  ///
  /// - Parameter maxDepth: how deep arrays and objects may be nested.
  /// - Throws: `JSONError`.
  public init(parsing bytes: [UInt8], maxDepth: Int = 64) throws(JSONError) {
    self = try bytes.withUnsafeBufferPointer { buffer throws(JSONError) in
      var scanner = JSONScanner(buffer, maxDepth: maxDepth)
      let value = try scanner.value()
      try scanner.end()
      return value
    }
  }
}
