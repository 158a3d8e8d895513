/// A value of a pipeline file with its place in it.
struct SourceNode: Sendable {
  enum Content: Sendable {
    case scalar(SourceScalar)
    case list([SourceNode])
    case map([SourceEntry])
    /// Already reported: nothing more is said about it.
    case invalid
  }

  var content: Content
  var location: SourceLocation
  /// What put the value here: `param "bits"`.
  var origin: String?
}

/// A key of a map, and its value.
struct SourceEntry: Sendable {
  var key: String
  var location: SourceLocation
  var value: SourceNode
}

/// A scalar as it is written, from which a shape takes what it needs.
struct SourceScalar: Sendable, Hashable {
  enum Form: Sendable {
    /// Its type follows from what it looks like.
    case plain
    /// It is text.
    case quoted
    /// It came from the environment or was put together: text where text is wanted, otherwise as if plain.
    case substituted
  }

  var text: String
  var form: Form

  /// What the scalar is by the core schema of YAML 1.2: neither `yes` nor `1:30` is anything but text.
  var value: OptionValue {
    guard form != .quoted else { return .text(text) }
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return .bool(true)
    case "false", "False", "FALSE": return .bool(false)
    case ".inf", "+.inf": return .number(.infinity)
    case "-.inf": return .number(-.infinity)
    case ".nan": return .number(.nan)
    default: return number ?? .text(text)
    }
  }

  private var number: OptionValue? {
    // Longer ones are no numbers that anybody writes.
    guard text.utf8.count <= 64, let first = text.utf8.first, "+-.0123456789".utf8.contains(first)
    else { return nil }
    for (prefix, radix) in [("0x", 16), ("0o", 8)] where text.hasPrefix(prefix) {
      let digits = text.dropFirst(2)
      return digits.first?.isHexDigit == true ? Int(digits, radix: radix).map { .integer($0) } : nil
    }
    if let integer = Int(text) { return .integer(integer) }
    // Double reads more than YAML does: hexadecimal floats, "inf", "nan".
    guard text.utf8.allSatisfy({ "+-.0123456789eE".utf8.contains($0) }) else { return nil }
    let padded = text.hasSuffix(".") ? text + "0" : text
    return Double(padded).map { .number($0) }
  }
}

extension SourceNode {
  var scalar: SourceScalar? { if case .scalar(let scalar) = content { scalar } else { nil } }

  var isInvalid: Bool { if case .invalid = content { true } else { false } }

  /// Nothing was written, or `null`.
  var isNull: Bool { scalar?.value == .null }

  /// The value as a message names it.
  var found: String {
    switch content {
    case .list: "a list"
    case .map: "a map"
    case .invalid: "what is wrong"
    case .scalar(let scalar):
      switch scalar.value {
      case .null: "nothing"
      case .bool, .integer, .number: Self.clipped(scalar.text)
      default: "the text \(Self.quoted(scalar.text))"
      }
    }
  }

  /// What is said behind a message about this value.
  var blame: String { origin.map { " (from \($0))" } ?? "" }

  /// A text in quotes, short and without control characters.
  static func quoted(_ text: String) -> String { OptionValue.quoted(clipped(text)) }

  static func clipped(_ text: String) -> String {
    text.unicodeScalars.count > 60 ? String(text.unicodeScalars.prefix(60)) + "…" : text
  }

  /// What a program wrote down (a default) as if a file had said it.
  init(_ value: OptionValue) {
    location = .start
    switch value {
    case .null: content = .scalar(SourceScalar(text: "", form: .plain))
    case .text(let text): content = .scalar(SourceScalar(text: text, form: .quoted))
    case .bool, .integer: content = .scalar(SourceScalar(text: value.canonicalJSON, form: .plain))
    case .number(let number): content = .scalar(SourceScalar(text: String(number), form: .plain))
    case .list(let values): content = .list(values.map(SourceNode.init))
    case .map(let entries):
      content = .map(
        entries.map { SourceEntry(key: $0.key, location: .start, value: SourceNode($0.value)) })
    }
  }
}
