import Glibc

extension RecordCodec {
  /// Whether any of the lines has sidecar fields, without reading them: inside a text the quotes of the key would be escaped.
  public static func hasFields(_ bytes: [UInt8]) -> Bool {
    let key: StaticString = ",\"fields\":"
    let length = key.utf8CodeUnitCount
    return bytes.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return false }
      var place = 0
      // Braces are rare: one begins a line, one the fields.
      while let brace = memchr(base + place, Int32(UInt8(ascii: "{")), bytes.count - place) {
        let found = UnsafeRawPointer(brace) - base
        if found >= length, memcmp(base + found - length, key.utf8Start, length) == 0 { return true }
        place = found + 1
      }
      return false
    }
  }

  /// Reads the bytes of a `.records.jsonl`.
  ///
  /// - Throws: `RecordCodecError` with the number of the first line that is wrong.
  public static func decode(_ bytes: [UInt8]) throws(RecordCodecError) -> [Record] {
    try bytes.withUnsafeBufferPointer { buffer throws(RecordCodecError) in
      var scanner = JSONScanner(buffer)
      var records: [Record] = []
      while !scanner.isAtEnd {
        do throws(JSONError) {
          records.append(try record(&scanner))
        } catch {
          throw RecordCodecError(line: records.count + 1, reason: error.description)
        }
      }
      return records
    }
  }

  private static func record(_ scanner: inout JSONScanner) throws(JSONError) -> Record {
    try scanner.require("{\"id\":")
    let id = try scanner.integer()
    try scanner.require(",\"archive\":")
    let archive = try scanner.string()
    try scanner.require(",\"entry\":")
    let entry = try scanner.string()
    try scanner.require(",\"ordinal\":")
    let ordinal = try scanner.size()
    let offset = scanner.has(",\"offset\":") ? try scanner.size() : nil
    try scanner.require(",\"size\":")
    let size = try scanner.size()
    let position = scanner.has(",\"position\":") ? try scanner.size() : nil
    try scanner.require(",\"digest\":")
    let digest = try scanner.string()
    try scanner.require(",\"format\":")
    var record = Record(
      id: id, archive: archive, entry: entry, ordinal: ordinal, offset: offset, size: size,
      position: position, digest: digest, format: try scanner.string())
    if scanner.has(",\"width\":") { record.width = try scanner.size() }
    if scanner.has(",\"height\":") { record.height = try scanner.size() }
    if scanner.has(",\"caption\":") { record.caption = try scanner.string() }
    if scanner.has(",\"text\":") { record.text = try scanner.string() }
    if scanner.has(",\"fields\":") { record.fields = try scanner.objectText() }
    try scanner.require("}\n")
    return record
  }
}

extension JSONScanner {
  /// Takes the very bytes, if they come next.
  @inline(__always)
  fileprivate mutating func has(_ text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    guard bytes.count - position >= count else { return false }
    for i in 0..<count where bytes[position + i] != text.utf8Start[i] { return false }
    position += count
    return true
  }

  fileprivate mutating func require(_ text: StaticString) throws(JSONError) {
    guard has(text) else { throw error("\(text) is expected") }
  }

  fileprivate mutating func integer() throws(JSONError) -> Int64 {
    let isNegative = take(UInt8(ascii: "-"))
    let start = position
    var value: UInt64 = 0
    while (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(next) {
      guard position - start < 19 else { throw error("a number has too many digits") }
      value = value * 10 + UInt64(next - UInt8(ascii: "0"))
      position += 1
    }
    let isPadded = position - start > 1 && bytes[start] == UInt8(ascii: "0")
    guard position > start, !isPadded, value <= UInt64(Int64.max) else {
      throw error("it is no 64-bit whole number")
    }
    return isNegative ? -Int64(value) : Int64(value)
  }

  fileprivate mutating func size() throws(JSONError) -> Int {
    let number = try integer()
    guard number >= 0 else { throw error("a size is negative") }
    return Int(number)
  }

  /// The text of one object, checked but for keys that are there twice.
  fileprivate mutating func objectText() throws(JSONError) -> String {
    let start = position
    guard next == UInt8(ascii: "{") else { throw error("{ is missing") }
    try skipValue()
    guard let text = String(validating: UnsafeBufferPointer(rebasing: bytes[start..<position]), as: UTF8.self)
    else { throw error("the fields are no UTF-8", .notUTF8) }
    return text
  }
}
