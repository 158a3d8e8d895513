/// Takes the text of one JSON object apart into its members; what lies deeper stays text.
///
/// Foundation's parser builds a tree for every item; an export reads millions of small flat objects, and needs only
/// their first level.
struct FieldScanner {
  private let bytes: [UInt8]
  private var at = 0

  /// The object's members in their order.
  ///
  /// - Throws: `IndexFormatError` naming the item if the text is no JSON object.
  static func members(of text: String, item: Int64) throws -> [(key: String, value: ItemValue)] {
    var scanner = FieldScanner(bytes: Array(text.utf8))
    guard let members = scanner.object() else {
      throw IndexFormatError(.invalid, "fields of item \(item)", "not the text of a JSON object")
    }
    return members
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private mutating func object() -> [(key: String, value: ItemValue)]? {
    var members: [(key: String, value: ItemValue)] = []
    guard take("{") else { return nil }
    if !take("}") {
      repeat {
        guard peek == UInt8(ascii: "\""), let key = string(), take(":"), let value = value() else { return nil }
        members.append((key, value))
      } while take(",")
      guard take("}") else { return nil }
    }
    skipSpace()
    return at == bytes.count ? members : nil
  }

  private mutating func value() -> ItemValue? {
    switch peek {
    case UInt8(ascii: "\"")?: string().map { .text($0) }
    case UInt8(ascii: "{")?, UInt8(ascii: "[")?: nested()
    case UInt8(ascii: "t")?: word("true") ? .bool(true) : nil
    case UInt8(ascii: "f")?: word("false") ? .bool(false) : nil
    case UInt8(ascii: "n")?: word("null") ? .null : nil
    default: number()
    }
  }

  private mutating func number() -> ItemValue? {
    let start = at
    var whole = true
    while at < bytes.count {
      switch bytes[at] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): break
      case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"), UInt8(ascii: "+"): whole = false
      default: return parsed(start, whole)
      }
      at += 1
    }
    return parsed(start, whole)
  }

  private func parsed(_ start: Int, _ whole: Bool) -> ItemValue? {
    let text = String(decoding: bytes[start..<at], as: UTF8.self)
    if whole, let number = Int64(text) { return .integer(number) }
    return Double(text).map { .real($0) }
  }

  /// An object or list, by its brackets; quotes inside are skipped as strings.
  private mutating func nested() -> ItemValue? {
    let start = at
    var depth = 0
    while at < bytes.count {
      switch bytes[at] {
      case UInt8(ascii: "\""):
        guard skipString() else { return nil }
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      default: break
      }
      at += 1
      if depth == 0 { return .nested(String(decoding: bytes[start..<at], as: UTF8.self)) }
    }
    return nil
  }

  private mutating func string() -> String? {
    let start = at + 1
    guard skipString() else { return nil }
    let body = bytes[start..<at - 1]
    return body.contains(UInt8(ascii: "\\")) ? JSONEscapes.resolved(body) : String(decoding: body, as: UTF8.self)
  }

  private mutating func skipString() -> Bool {
    at += 1
    while at < bytes.count {
      if bytes[at] == UInt8(ascii: "\"") {
        at += 1
        return true
      }
      at += bytes[at] == UInt8(ascii: "\\") ? 2 : 1
    }
    return false
  }

  private mutating func word(_ word: StaticString) -> Bool {
    let text = "\(word)".utf8
    guard bytes[at...].starts(with: text) else { return false }
    at += text.count
    return true
  }

  private var peek: UInt8? {
    mutating get {
      skipSpace()
      return at < bytes.count ? bytes[at] : nil
    }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard peek == UInt8(ascii: character) else { return false }
    at += 1
    return true
  }

  private mutating func skipSpace() {
    while at < bytes.count, [32, 9, 10, 13].contains(bytes[at]) { at += 1 }
  }
}

/// The backslash sequences of JSON strings.
enum JSONEscapes {
  /// The text that a string's body stands for; nil if an escape is unknown or cut short.
  static func resolved(_ body: ArraySlice<UInt8>) -> String? {
    var units: [UInt16] = []
    var at = body.startIndex
    var plain = at
    func flush(to end: Int) {
      units.append(contentsOf: String(decoding: body[plain..<end], as: UTF8.self).utf16)
    }
    while at < body.endIndex {
      guard body[at] == UInt8(ascii: "\\") else {
        at += 1
        continue
      }
      flush(to: at)
      guard at + 1 < body.endIndex else { return nil }
      if body[at + 1] == UInt8(ascii: "u") {
        let digits = String(decoding: body.dropFirst(at + 2 - body.startIndex).prefix(4), as: UTF8.self)
        guard digits.utf8.count == 4, let unit = UInt16(digits, radix: 16) else { return nil }
        units.append(unit)
        at += 6
      } else {
        guard let unit = single[body[at + 1]] else { return nil }
        units.append(UInt16(unit))
        at += 2
      }
      plain = at
    }
    flush(to: body.endIndex)
    return String(decoding: units, as: UTF16.self)
  }

  private static let single: [UInt8: UInt8] = [
    UInt8(ascii: "\""): 34, UInt8(ascii: "\\"): 92, UInt8(ascii: "/"): 47, UInt8(ascii: "b"): 8,
    UInt8(ascii: "f"): 12, UInt8(ascii: "n"): 10, UInt8(ascii: "r"): 13, UInt8(ascii: "t"): 9,
  ]
}
