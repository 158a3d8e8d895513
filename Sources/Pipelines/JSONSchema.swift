/// The JSON Schema (draft 2020-12) of pipeline files, made of a catalog: editors complete and check files by it.
///
/// It is a little wider than `PipelineFile`: names of stages, cycles and what only `make` can tell are not in it.
public struct JSONSchema: Sendable {
  public let root: OptionValue

  public init(catalog: StageCatalog) {
    let kinds = catalog.kinds.map(\.name)
    root = .object([
      ("$schema", .text("https://json-schema.org/draft/2020-12/schema")),
      ("title", .text("Vecmill pipeline")),
      ("type", .text("object")),
      ("required", .texts(["pipeline", "stages"])),
      ("additionalProperties", .bool(false)),
      (
        "properties",
        .object([
          ("pipeline", Self.described("The pipeline's name.", Self.name)),
          ("params", .object([("$ref", .text("#/$defs/params"))])),
          (
            "stages",
            .object([
              ("description", .text("The stages by name.")), ("type", .text("object")),
              ("minProperties", .integer(1)), ("propertyNames", Self.name),
              ("additionalProperties", .object([("$ref", .text("#/$defs/stage"))])),
            ])
          ),
        ])
      ),
      (
        "$defs",
        .object(
          [
            ("reference", Self.reference), ("params", Self.params), ("stage", Self.stage(kinds: kinds)),
          ] + catalog.kinds.map { (Self.definition($0.name), Self.stage($0)) })
      ),
    ])
  }

  /// The schema as JSON with an indent of two.
  public var text: String { root.indentedJSON() + "\n" }

  // MARK: Parts

  private static let name = OptionValue.object([
    ("type", .text("string")), ("pattern", .text("^[A-Za-z0-9_][A-Za-z0-9_-]{0,99}$")),
  ])

  /// Text with `${…}` in it, which may become anything.
  private static let reference = OptionValue.object([
    ("description", .text("A param, ${name}, or a variable of the environment, ${env:NAME:-default}.")),
    ("type", .text("string")), ("pattern", .text("\\$\\{[^{}]+\\}")),
  ])

  private static let params: OptionValue = {
    let scalar = OptionValue.texts(["string", "number", "boolean", "null"])
    let value = OptionValue.object([
      (
        "anyOf",
        .list([
          .object([("type", scalar)]),
          .object([("type", .text("array")), ("items", .object([("type", scalar)]))]),
        ])
      )
    ])
    return described(
      "Values that stages use as ${name}; --set name=value replaces them.",
      .object([
        ("type", .texts(["object", "null"])), ("propertyNames", name), ("additionalProperties", value),
      ]))
  }()

  private static func definition(_ kind: String) -> String { "stage-\(kind)" }

  /// Any stage: its kind decides the rest.
  private static func stage(kinds: [String]) -> OptionValue {
    .object([
      ("type", .text("object")), ("required", .texts(["kind"])),
      ("properties", .object([("kind", .object([("enum", .texts(kinds))]))])),
      (
        "allOf",
        .list(
          kinds.map { kind in
            let isKind = OptionValue.object([("kind", .object([("const", .text(kind))]))])
            return .object([
              ("if", .object([("properties", isKind), ("required", .texts(["kind"]))])),
              ("then", .object([("$ref", .text("#/$defs/\(definition(kind))"))])),
            ])
          })
      ),
    ])
  }

  private static func stage(_ kind: StageKind) -> OptionValue {
    var properties: [(String, OptionValue)] = [
      ("kind", described(kind.summary, .object([("const", .text(kind.name))])))
    ]
    if let input = kind.input {
      let inputs = inputs(several: kind.takesSeveralInputs)
      properties.append(("input", described("The stage that it takes: \(input)", inputs)))
    }
    properties += kind.options.map { ($0.name, option($0)) }
    let required =
      ["kind"] + (kind.input == nil ? [] : ["input"])
      + kind.options.filter { $0.defaultValue == nil }.map(\.name)
    return described(
      kind.summary,
      .object([
        ("type", .text("object")), ("required", .texts(required)),
        ("additionalProperties", .bool(false)), ("properties", .object(properties)),
      ]))
  }

  private static func inputs(several: Bool) -> OptionValue {
    let name = OptionValue.object([("type", .text("string"))])
    let bounds = [("minItems", OptionValue.integer(1))] + (several ? [] : [("maxItems", .integer(1))])
    return .object([
      ("anyOf", .list([name, .object([("type", .text("array")), ("items", name)] + bounds)]))
    ])
  }

  static func described(_ text: String, _ schema: OptionValue) -> OptionValue {
    guard case .map(let entries) = schema else { return schema }
    return .map([OptionEntry("description", .text(text))] + entries)
  }
}
