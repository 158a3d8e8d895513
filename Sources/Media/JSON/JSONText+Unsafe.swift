/// Strings as JSON writes them.
enum JSONText {
  /// Appends a quoted string; only quotes, backslashes and control characters are escaped.
  static func append(_ text: String, to out: inout [UInt8]) {
    var text = text
    text.withUTF8 { bytes in
      out.append(UInt8(ascii: "\""))
      var start = 0
      for i in 0..<bytes.count where needsEscape(bytes[i]) {
        out.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<i]))
        escape(bytes[i], to: &out)
        start = i + 1
      }
      out.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start...]))
      out.append(UInt8(ascii: "\""))
    }
  }

  /// The same, with what a terminal might obey or a reader not see escaped too: lines that people look at as they are.
  ///
  /// Control characters, line separators, and format characters such as bidi overrides (https://trojansource.codes); the two
  /// joiners stay, because emoji, Persian and Indic scripts need them.
  static func appendVisible(_ text: String, to out: inout [UInt8]) {
    guard text.unicodeScalars.contains(where: isHidden) else { return append(text, to: &out) }
    out.append(UInt8(ascii: "\""))
    for scalar in text.unicodeScalars {
      if isHidden(scalar) {
        for unit in UTF16.encode(scalar)! {
          out.append(contentsOf: "\\u".utf8)
          for shift in [12, 8, 4, 0] { out.append(digits[Int(unit >> shift) & 15]) }
        }
      } else if let byte = UInt8(exactly: scalar.value), scalar.isASCII, needsEscape(byte) {
        escape(byte, to: &out)
      } else {
        out.append(contentsOf: UTF8.encode(scalar)!)
      }
    }
    out.append(UInt8(ascii: "\""))
  }

  private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    guard scalar.value > 0x7F, scalar.value != 0x200C, scalar.value != 0x200D else { return false }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: return true
    default: return false
    }
  }

  private static let digits = Array("0123456789abcdef".utf8)

  @inline(__always)
  static func needsEscape(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 0x7F
  }

  private static func escape(_ byte: UInt8, to out: inout [UInt8]) {
    out.append(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): out.append(byte)
    case 0x0A: out.append(UInt8(ascii: "n"))
    case 0x0D: out.append(UInt8(ascii: "r"))
    case 0x09: out.append(UInt8(ascii: "t"))
    default:
      out.append(contentsOf: "u00".utf8)
      out.append(digits[Int(byte >> 4)])
      out.append(digits[Int(byte & 15)])
    }
  }

  /// Appends a whole number in decimal digits.
  static func append(_ number: Int64, to out: inout [UInt8]) {
    if number < 0 { out.append(UInt8(ascii: "-")) }
    var rest = number.magnitude
    let start = out.count
    repeat {
      out.append(UInt8(ascii: "0") + UInt8(rest % 10))
      rest /= 10
    } while rest > 0
    out[start...].reverse()
  }
}
