extension JSONSchema {
  /// An option's schema with its description and default.
  static func option(_ spec: OptionSpec) -> OptionValue {
    var alternatives = shapes(spec.shape)
    if spec.defaultValue == .null { alternatives.append(.object([("type", .text("null"))])) }
    var entries = [OptionEntry("description", .text(spec.summary))]
    if let value = spec.defaultValue, value != .null { entries.append(OptionEntry("default", value)) }
    guard case .map(let schema) = anyOf(alternatives) else { return .map(entries) }
    return .map(entries + schema)
  }

  /// What fits a shape, `${…}` included where a text does not fit anyway.
  private static func schema(_ shape: OptionSpec.Shape) -> OptionValue { anyOf(shapes(shape)) }

  private static func anyOf(_ schemas: [OptionValue]) -> OptionValue {
    var distinct: [OptionValue] = []
    for schema in schemas where !distinct.contains(schema) { distinct.append(schema) }
    return distinct.count == 1 ? distinct[0] : .object([("anyOf", .list(distinct))])
  }

  private static let reference = OptionValue.object([("$ref", .text("#/$defs/reference"))])

  private static func shapes(_ shape: OptionSpec.Shape) -> [OptionValue] {
    switch shape {
    case .bool: [.object([("type", .text("boolean"))]), reference]
    case .integer(let range):
      [
        .object(
          [("type", .text("integer"))]
            + (range.lowerBound > .min ? [("minimum", .integer(range.lowerBound))] : [])
            + (range.upperBound < .max ? [("maximum", .integer(range.upperBound))] : [])), reference,
      ]
    case .number(let range):
      [
        .object(
          [("type", .text("number"))]
            + (range.lowerBound > -.greatestFiniteMagnitude ? [("minimum", .number(range.lowerBound))] : [])
            + (range.upperBound < .greatestFiniteMagnitude ? [("maximum", .number(range.upperBound))] : [])),
        reference,
      ]
    case .text: [.object([("type", .texts(["string", "number"]))])]
    case .choice(let words): choice(words)
    case .size:
      [.nonNegative("integer"), .pattern("^[0-9]+(\\.[0-9]+)? *([KkMmGgTt][Ii]?)?[Bb]$"), reference]
    case .shareOrCount:
      [
        .nonNegative("integer"),
        .object([("type", .text("number")), ("minimum", .integer(0)), ("maximum", .integer(1))]),
        .pattern("^(100(\\.0+)?|[0-9]{1,2}(\\.[0-9]+)?) *%$"), reference,
      ]
    case .duration:
      [.nonNegative("number"), .pattern("^[0-9]+(\\.[0-9]+)? *(ms|s|m|min|h|d)$"), reference]
    case .stage: [.object([("type", .text("string"))])]
    case .list(let element):
      [.object([("type", .text("array")), ("items", schema(element))])] + shapes(element) + [reference]
    case .map(let specs): [map(specs)]
    case .dictionary(let element):
      [.object([("type", .text("object")), ("additionalProperties", schema(element))])]
    case .either(let alternatives): alternatives.flatMap(shapes)
    }
  }

  /// Words that look like numbers fit as numbers too.
  private static func choice(_ words: [String]) -> [OptionValue] {
    let numbers = words.compactMap { SourceScalar(text: $0, form: .plain).value }
      .filter { $0.number != nil }
    return [.object([("enum", .list(words.map { .text($0) } + numbers))]), reference]
  }

  private static func map(_ specs: [OptionSpec]) -> OptionValue {
    let required = specs.filter { $0.defaultValue == nil }.map(\.name)
    return .object(
      [("type", .text("object")), ("additionalProperties", .bool(false))]
        + (required.isEmpty ? [] : [("required", .texts(required))])
        + [("properties", .object(specs.map { ($0.name, option($0)) }))])
  }
}

extension OptionValue {
  static func object(_ entries: [(String, OptionValue)]) -> OptionValue {
    .map(entries.map { OptionEntry($0.0, $0.1) })
  }

  static func texts(_ texts: [String]) -> OptionValue { .list(texts.map { .text($0) }) }

  fileprivate static func pattern(_ pattern: String) -> OptionValue {
    object([("type", text("string")), ("pattern", text(pattern))])
  }

  fileprivate static func nonNegative(_ type: String) -> OptionValue {
    object([("type", text(type)), ("minimum", integer(0))])
  }

  /// JSON over several lines, keys in their order; lists of plain values stay in one line.
  func indentedJSON(_ indent: String = "") -> String {
    let inner = indent + "  "
    switch self {
    case .map(let entries) where !entries.isEmpty:
      let lines = entries.map { "\(inner)\(Self.quoted($0.key)): \($0.value.indentedJSON(inner))" }
      return "{\n\(lines.joined(separator: ",\n"))\n\(indent)}"
    case .list(let values) where values.contains(where: \.isContainer):
      return "[\n\(values.map { inner + $0.indentedJSON(inner) }.joined(separator: ",\n"))\n\(indent)]"
    case .list(let values): return "[\(values.map(\.canonicalJSON).joined(separator: ", "))]"
    default: return canonicalJSON
    }
  }

  private var isContainer: Bool {
    switch self {
    case .list, .map: true
    default: false
    }
  }
}
