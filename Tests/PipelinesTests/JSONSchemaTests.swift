import Foundation
import Pipelines
import TestSupport
import Testing

@Suite struct JSONSchemaTests {
  @Test func everyKindAndOptionIsInIt() throws {
    let root = JSONSchema(catalog: FakeCatalog.catalog).root
    #expect(root["$schema"]?.text == "https://json-schema.org/draft/2020-12/schema")
    let definitions = try #require(root["$defs"])
    let kinds = definitions["stage"]?["properties"]?["kind"]?["enum"]
    #expect(kinds?.list.compactMap(\.text) == FakeCatalog.catalog.kinds.map(\.name))
    for kind in FakeCatalog.catalog.kinds {
      let stage = try #require(definitions["stage-\(kind.name)"])
      #expect(stage["additionalProperties"]?.bool == false)
      #expect(stage["properties"]?["kind"]?["const"]?.text == kind.name)
      #expect((stage["properties"]?["input"] != nil) == (kind.input != nil))
      let required = Set(stage["required"]?.list.compactMap(\.text) ?? [])
      for spec in kind.options {
        let option = try #require(stage["properties"]?[spec.name])
        #expect(option["description"]?.text == spec.summary)
        #expect(option["default"] == (spec.defaultValue == .null ? nil : spec.defaultValue))
        #expect(required.contains(spec.name) == (spec.defaultValue == nil))
      }
    }
  }

  @Test func theTextIsJSON() throws {
    let text = JSONSchema(catalog: FakeCatalog.catalog).text
    let object = try JSONSerialization.jsonObject(with: Data(text.utf8))
    #expect(object is [String: Any])
    #expect(text.hasPrefix("{\n  \"$schema\": \"https://"))
  }

  /// Files that are right, and files with a slip that a schema can see.
  static let right: [String] = [
    "pipeline: p\nstages: {a: {kind: everything}}",
    "pipeline: p\nparams: {n: [1, 2], m: b}\nstages: {a: {kind: everything, counts: '${n}', word: 'x${m}'}}",
    "pipeline: p\nparams: {n: 3}\nstages: {a: {kind: everything, count: '${n}', flag: '${env:F:-true}', size: 64 MiB, share: 0.5%, time: 3m}}",
    "pipeline: p\nstages: {a: {kind: everything, size: 3, share: 7, time: 0.5, counts: 3, mixed: [0.5], depth: null, word: 1.5}}",
    """
    pipeline: p
    stages:
      v: {kind: source, media: vectors, from: x}
      u: {kind: scale, input: v, steps: [center, {pca: 3}, l2]}
      w: {kind: scale, input: v, steps: {pca: 3, whiten: true}}
      i: {kind: index, input: [u, w]}
      s: {kind: score, input: i, queries: v, truth: w, require: {r: 1}}
      t: {kind: score, input: i, queries: 3}
    """,
  ]

  static let wrong: [String] = [
    "stages: {a: {kind: everything}}", "pipeline: p\nstages: {}", "pipeline: a b\nstages: {a: {kind: everything}}",
    "pipeline: p\nstages: {a: {kind: nothing}}", "pipeline: p\nstages: {a: {}}", "pipeline: p\nstages: {a b: {kind: everything}}",
    "pipeline: p\nmore: 1\nstages: {a: {kind: everything}}", "pipeline: p\nstages: {a: {kind: everything, input: b}}",
    "pipeline: p\nstages: {a: {kind: everything, cuont: 1}}", "pipeline: p\nstages: {a: {kind: everything, count: 65}}",
    "pipeline: p\nstages: {a: {kind: everything, count: x}}", "pipeline: p\nstages: {a: {kind: everything, flag: 1}}",
    "pipeline: p\nstages: {a: {kind: everything, size: 64M}}", "pipeline: p\nstages: {a: {kind: everything, share: 1.5}}",
    "pipeline: p\nstages: {a: {kind: everything, counts: [10]}}", "pipeline: p\nstages: {a: {kind: everything, mixed: x}}",
    "pipeline: p\nstages: {a: {kind: source, media: text}}", "pipeline: p\nstages: {a: {kind: scale}}",
    "pipeline: p\nstages: {a: {kind: everything}, b: {kind: scale, input: a, steps: [{pca: 3, white: 1}]}}",
    "pipeline: p\nstages: {a: {kind: everything}, b: {kind: scale, input: [a, a]}}",
    "pipeline: p\nparams: {n: {a: 1}}\nstages: {a: {kind: everything}}",
  ]

  @Test func filesThatAreRightOrWrongAreSoForTheReader() {
    for text in Self.right { #expect(parse(text).diagnostics.filter { $0.severity == .error } == [], "\(text)") }
    for text in Self.wrong { #expect(parse(text).hasErrors, "\(text)") }
  }

  /// The same files under Python's jsonschema, where it is installed.
  @Test(.enabled(if: PythonSchema.isAvailable, "Python with jsonschema and yaml is not installed"))
  func filesThatAreRightOrWrongAreSoForTheSchema() throws {
    let schema = JSONSchema(catalog: FakeCatalog.catalog).text
    let verdicts = try PythonSchema.verdicts(of: Self.right + Self.wrong, schema: schema)
    #expect(verdicts == Self.right.map { _ in "valid" } + Self.wrong.map { _ in "invalid" })
  }

  /// Values, in a form that all versions of YAML read alike, for every option of every shape.
  static let values = [
    "0", "1", "7", "9", "64", "65", "-1", "0.5", "1.5", "1.0", "3.0", "\"10\"", "x", "auto", "image", "\"\"", "true", "false",
    "null",
    "[]", "[1]", "[0.5]", "[10]", "[x]", "[null]", "[true]", "[[1]]", "{}", "{a: 1}", "[{a: 1}]", "64MiB", "64 kb", "1.5GiB",
    "64M",
    "1%", "100.0 %", "99.5%", "101%", "30s", "0.5h", "3 d", "5x", "\"1 \"",
  ]

  /// The schema says the same as the reader of any value of any option.
  @Test(.enabled(if: PythonSchema.isAvailable, "Python with jsonschema and yaml is not installed"))
  func everyValueIsTheSameForSchemaAndReader() throws {
    let files = FakeCatalog.everything.options.flatMap { option in
      Self.values.map { "pipeline: p\nstages: {a: {kind: everything, \(option.name): \($0)}}" }
    }
    let schema = JSONSchema(catalog: FakeCatalog.catalog).text
    let verdicts = try PythonSchema.verdicts(of: files, schema: schema)
    let differing = zip(files, verdicts).filter { parse($0).hasErrors == ($1 == "valid") }
    #expect(verdicts.count == files.count)
    #expect(differing.map { "\($0.0) is \($0.1)" } == [])
  }
}
