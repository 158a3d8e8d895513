/// A value of a pipeline file, free of YAML: what options are made of.
public indirect enum OptionValue: Sendable, Hashable {
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case list([OptionValue])
  /// Keys are unique; their order in the file is kept for messages but means nothing.
  case map([OptionEntry])
}

/// A key of a map and its value.
public struct OptionEntry: Sendable, Hashable {
  public var key: String
  public var value: OptionValue

  public init(_ key: String, _ value: OptionValue) {
    self.key = key
    self.value = value
  }
}

extension OptionValue {
  /// The value as JSON with sorted keys and no spaces: equal values have equal texts, which is what keys are made of.
  public var canonicalJSON: String {
    switch self {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .integer(let value): String(value)
    case .number(let value):
      // A whole number is written the same whether the file said 1 or 1.0.
      value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)
    case .text(let value): Self.quoted(value)
    case .list(let values): "[" + values.map(\.canonicalJSON).joined(separator: ",") + "]"
    case .map(let entries):
      "{"
        + entries.sorted { $0.key < $1.key }
        .map { Self.quoted($0.key) + ":" + $0.value.canonicalJSON }.joined(separator: ",") + "}"
    }
  }

  /// A text as a JSON string: control characters, quotes and backslashes escaped.
  public static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let hex = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
