import Foundation

extension OptionParser {
  /// The scalar in the one form of its shape; nil where it has another or is out of range.
  static func scalar(_ scalar: SourceScalar, as shape: OptionSpec.Shape) -> OptionValue? {
    let value = scalar.value
    return switch shape {
    case .bool: value.bool.map { .bool($0) }
    case .integer(let range): value.integer.flatMap { range.contains($0) ? .integer($0) : nil }
    case .number(let range):
      value.number.flatMap { range.contains($0) && $0.isFinite ? .number($0 == 0 ? 0 : $0) : nil }
    case .text: text(scalar)
    case .choice(let words): text(scalar).flatMap { words.contains($0.text ?? "") ? $0 : nil }
    case .size: size(value)
    case .shareOrCount: shareOrCount(value)
    case .duration: duration(value)
    default: nil
    }
  }

  /// Texts, and numbers as they are written (a version 1.10); what looks like true, false or null is none.
  private static func text(_ scalar: SourceScalar) -> OptionValue? {
    switch scalar.value {
    case .null where scalar.form != .substituted, .bool where scalar.form != .substituted: nil
    default: .text(scalar.text)
    }
  }

  // MARK: Units

  private static let sizeUnits: [String: Double] = [
    "b": 1, "kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12,
    "kib": 1024, "mib": 1_048_576, "gib": 1_073_741_824, "tib": 1_099_511_627_776,
  ]

  /// Bytes, whole ones.
  private static func size(_ value: OptionValue) -> OptionValue? {
    if let bytes = value.integer { return bytes >= 0 ? .integer(bytes) : nil }
    guard let (number, unit) = value.text.flatMap(quantity), let factor = sizeUnits[unit.lowercased()],
      let bytes = Int(exactly: (number * factor).rounded())
    else { return nil }
    return .integer(bytes)
  }

  private static let durationUnits: [String: Double] = [
    "ms": 0.001, "s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400,
  ]

  /// Seconds.
  private static func duration(_ value: OptionValue) -> OptionValue? {
    if let seconds = value.number { return seconds >= 0 && seconds.isFinite ? .number(seconds) : nil }
    guard let (number, unit) = value.text.flatMap(quantity), let factor = durationUnits[unit]
    else { return nil }
    return .number(number * factor)
  }

  /// A count as an integer; a share (1%, 0.01) as a text with its shortest percentage.
  private static func shareOrCount(_ value: OptionValue) -> OptionValue? {
    if let count = value.integer { return count >= 0 ? .integer(count) : nil }
    var percent: Double
    if let share = value.number {
      percent = share * 100
    } else if let (number, unit) = value.text.flatMap(quantity), unit == "%" {
      percent = number
    } else {
      return nil
    }
    guard (0...100).contains(percent) else { return nil }
    // Ten digits hide what binary fractions leave behind: 0.07 is 7%, not 7.000000000000001%.
    percent = Double(String(format: "%.10g", percent)) ?? percent
    return .text("\(OptionValue.number(percent).canonicalJSON)%")
  }

  /// Digits with at most one point, then a unit: `1.5 GiB`.
  private static func quantity(_ text: String) -> (number: Double, unit: String)? {
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    guard digits.first?.isNumber == true, digits.last?.isNumber == true, digits.utf8.count <= 20,
      let number = Double(digits)
    else { return nil }
    let unit = text.dropFirst(digits.count).drop { $0 == " " }
    return unit.isEmpty ? nil : (number, String(unit))
  }
}

extension OptionValue {
  /// The share of a `shareOrCount`, from 0 to 1; nil if it is a count.
  public var share: Double? {
    guard let text, text.hasSuffix("%") else { return nil }
    return Double(text.dropLast()).map { $0 / 100 }
  }

  /// Of a stage's name: its place among the inputs; nil if the value is something else.
  public var inputIndex: Int? { self["input"]?.integer }
}
