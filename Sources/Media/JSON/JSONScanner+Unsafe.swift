/// Reads JSON (RFC 8259), strictly: valid UTF-8, no key twice, no lone surrogates, finite numbers, bounded depth.
struct JSONScanner {
  let bytes: UnsafeBufferPointer<UInt8>
  var position = 0
  var depthLeft: Int

  init(_ bytes: UnsafeBufferPointer<UInt8>, maxDepth: Int = 64) {
    self.bytes = bytes
    depthLeft = maxDepth
  }

  /// The byte at the position; 0 at the end.
  @inline(__always)
  var next: UInt8 { position < bytes.count ? bytes[position] : 0 }

  var isAtEnd: Bool { position >= bytes.count }

  func error(_ message: String, _ code: RejectCode = .badJSON) -> JSONError {
    JSONError(code: code, position: position, message: message)
  }

  mutating func skipSpace() {
    while position < bytes.count {
      let byte = bytes[position]
      guard byte == 0x20 || byte == 0x0A || byte == 0x09 || byte == 0x0D else { return }
      position += 1
    }
  }

  @inline(__always)
  mutating func take(_ byte: UInt8) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  mutating func expect(_ byte: UInt8) throws(JSONError) {
    guard take(byte) else {
      throw error("\(Character(UnicodeScalar(byte))) is missing\(isAtEnd ? "; the text ends" : "")")
    }
  }

  mutating func enter() throws(JSONError) {
    guard depthLeft > 0 else { throw error("it is nested too deeply", .tooDeep) }
    depthLeft -= 1
  }

  /// One value, the space before it included.
  mutating func value() throws(JSONError) -> JSONValue {
    skipSpace()
    switch next {
    case UInt8(ascii: "{"): return .object(try members())
    case UInt8(ascii: "["): return .array(try elements())
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return .number(try number())
    }
  }

  private mutating func members() throws(JSONError) -> [JSONValue.Member] {
    try enter()
    position += 1
    var members: [JSONValue.Member] = []
    var keys: Set<[UInt8]> = []  // by bytes: String's own equality takes é and e + accent for the same
    skipSpace()
    if !take(UInt8(ascii: "}")) {
      repeat {
        skipSpace()
        let key = try string()
        guard keys.insert(Array(key.utf8)).inserted else { throw error("a key is there twice") }
        skipSpace()
        try expect(UInt8(ascii: ":"))
        members.append(.init(key: key, value: try value()))
        skipSpace()
      } while take(UInt8(ascii: ","))
      try expect(UInt8(ascii: "}"))
    }
    depthLeft += 1
    return members
  }

  private mutating func elements() throws(JSONError) -> [JSONValue] {
    try enter()
    position += 1
    var elements: [JSONValue] = []
    skipSpace()
    if !take(UInt8(ascii: "]")) {
      repeat {
        elements.append(try value())
        skipSpace()
      } while take(UInt8(ascii: ","))
      try expect(UInt8(ascii: "]"))
    }
    depthLeft += 1
    return elements
  }

  private mutating func word(_ text: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
    let end = position + text.utf8CodeUnitCount
    guard end <= bytes.count,
      bytes[position..<end].elementsEqual(
        UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    else { throw error("a value is misspelt") }
    position = end
    return value
  }

  /// A number, checked and kept as written.
  mutating func number() throws(JSONError) -> String {
    let start = position
    try skipNumber()
    let text = String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<position]), as: UTF8.self)
    guard Double(text)?.isFinite == true else { throw error("a number is too large") }
    return text
  }

  mutating func skipNumber() throws(JSONError) {
    _ = take(UInt8(ascii: "-"))
    if !take(UInt8(ascii: "0")) { try digits() }
    if take(UInt8(ascii: ".")) { try digits() }
    if next | 0x20 == UInt8(ascii: "e") {
      position += 1
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      try digits()
    }
  }

  private mutating func digits() throws(JSONError) {
    let start = position
    while (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(next) { position += 1 }
    guard position > start else { throw error("a value or digit is missing") }
  }

  /// What may follow the whole text: space, nothing else.
  mutating func end() throws(JSONError) {
    skipSpace()
    guard isAtEnd else { throw error("something follows the value") }
  }
}
