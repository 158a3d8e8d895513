extension JSONScanner {
  /// Passes over one value: its grammar and depth are checked, nothing is built.
  mutating func skipValue() throws(JSONError) {
    skipSpace()
    switch next {
    case UInt8(ascii: "{"): try skipList(close: UInt8(ascii: "}"), hasKeys: true)
    case UInt8(ascii: "["): try skipList(close: UInt8(ascii: "]"), hasKeys: false)
    case UInt8(ascii: "\""): try skipString()
    case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"): _ = try value()
    default: try skipNumber()
    }
  }

  private mutating func skipList(close: UInt8, hasKeys: Bool) throws(JSONError) {
    try enter()
    position += 1
    skipSpace()
    if !take(close) {
      repeat {
        if hasKeys {
          skipSpace()
          try skipString()
          skipSpace()
          try expect(UInt8(ascii: ":"))
        }
        try skipValue()
        skipSpace()
      } while take(UInt8(ascii: ","))
      try expect(close)
    }
    depthLeft += 1
  }

  private mutating func skipString() throws(JSONError) {
    let start = position
    guard take(UInt8(ascii: "\"")) else { throw error("a string is missing") }
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        position += 1
        return
      }
      if byte == UInt8(ascii: "\\") {
        position = start
        _ = try string()
        return
      }
      guard byte >= 0x20 else { throw error("a control character stands in a string") }
      position += 1
    }
    throw error("a string has no end")
  }
}
