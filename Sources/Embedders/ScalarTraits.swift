/// What the tokenizer asks of a Unicode scalar, in Python's terms.
struct ScalarTraits: OptionSet {
  let rawValue: UInt8
  /// Python's `\w`: a letter, anything numeric, or underscore; not a combining mark.
  static let word = Self(rawValue: 1)
  /// Python's `str.isspace`.
  static let space = Self(rawValue: 2)
  /// Its lower case is another text.
  static let lowers = Self(rawValue: 4)
  static let cased = Self(rawValue: 8)
  static let caseIgnorable = Self(rawValue: 16)

  /// The traits of a scalar by its number.
  ///
  /// The first 65,536 come from a table: the standard library's lookups cost some 30 ns each.
  @inline(__always)
  static func of(_ scalar: UInt32) -> Self {
    scalar < 0x10000 ? Self(rawValue: basicPlane[Int(scalar)]) : computed(scalar)
  }

  private static let basicPlane: [UInt8] = (0..<0x10000).map { computed($0).rawValue }

  private static func computed(_ value: UInt32) -> Self {
    guard let scalar = Unicode.Scalar(value) else { return [] }
    let properties = scalar.properties
    var traits: Self = []
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
      traits.insert(.word)
    default:
      if properties.numericType != nil || scalar == "_" { traits.insert(.word) }
    }
    // Unicode's White_Space, and the four separators that Python counts by their bidirectional class.
    if properties.isWhitespace || (0x1C...0x1F).contains(value) { traits.insert(.space) }
    if properties.changesWhenLowercased { traits.insert(.lowers) }
    if properties.isCased { traits.insert(.cased) }
    if properties.isCaseIgnorable { traits.insert(.caseIgnorable) }
    return traits
  }
}

/// Reading valid UTF-8, scalar by scalar.
enum UTF8Reading {
  /// The scalar that starts at `place`, and its number of bytes.
  @inline(__always)
  static func scalar(in bytes: [UInt8], at place: Int) -> (value: UInt32, length: Int) {
    let first = UInt32(bytes[place])
    if first < 0x80 { return (first, 1) }
    let second = UInt32(bytes[place + 1] & 0x3F)
    if first < 0xE0 { return ((first & 0x1F) << 6 | second, 2) }
    let third = UInt32(bytes[place + 2] & 0x3F)
    if first < 0xF0 { return ((first & 0x0F) << 12 | second << 6 | third, 3) }
    return ((first & 0x07) << 18 | second << 12 | third << 6 | UInt32(bytes[place + 3] & 0x3F), 4)
  }

  /// Where the scalar before `place` starts.
  static func start(before place: Int, in bytes: [UInt8]) -> Int {
    var start = place - 1
    while bytes[start] & 0xC0 == 0x80 { start -= 1 }
    return start
  }
}
