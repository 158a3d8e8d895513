import Pipelines
import Testing

@Suite struct ParameterScopeTests {
  /// `everything` with these params and options; one line each, options from line 5 on.
  func read(
    params: String, _ options: String, set: [String] = [], environment: [String: String] = [:]
  ) -> PipelineFile {
    parse(
      "pipeline: p\nparams: {\(params)}\nstages:\n  a: {kind: everything,\n    \(options)}",
      set: set, environment: environment)
  }

  @Test(arguments: [
    ("n: 5", "count: ${n}", [], "count", "5"),
    ("n: 5", "word: a${n}b", [], "word", "\"a5b\""),
    ("n: 5", "word: \"${n}\"", [], "word", "\"5\""),
    ("n: \"5\"", "word: ${n}", [], "word", "\"5\""),
    ("n: 5", "word: $${n}", [], "word", "\"${n}\""),
    ("n: 5", "word: $n$", [], "word", "\"$n$\""),
    ("n: 5", "count: 1${n}", [], "count", "15"),
    ("n: [1, 2]", "counts: ${n}", [], "counts", "[1,2]"),
    ("n: [1, 2]", "counts: [0, ${n}, 3]", [], "counts", "[0,1,2,3]"),
    ("n: 2, m: 3${n}", "count: ${m}", [], "count", "32"),
    ("n: ", "word: a${n}b", [], "word", "\"ab\""),
    ("n: 5", "count: ${n}", ["n=6"], "count", "6"),
    ("n: 5", "count: ${n}", ["n=6", "n=7"], "count", "7"),
    ("n: 5", "counts: ${n}", ["n=[1, 2]"], "counts", "[1,2]"),
    ("n: 5", "word: ${n}", ["n=*.tar"], "word", "\"*.tar\""),
    ("n: 5", "word: ${n}", ["n=${m}"], "word", "\"${m}\""),
    ("n: 5", "word: ${n}", ["n='a b'"], "word", "\"a b\""),
    ("n: 5", "word: ${n}", ["n="], "word", "null"),
    ("n: 5", "word: \"x${n}\"", ["n=a=b"], "word", "\"xa=b\""),
    ("n: ${env:NOPE}", "word: ${n}", ["n=x"], "word", "\"x\""),
    ("n: {a: b}", "word: ${n}", ["n=x"], "word", "\"x\""),
    ("n: 1", "word: ${env:EMPTY:-d}, depth: ${n}", [], "word", "\"d\""),
    ("n: 1", "word: x${env:EMPTY}, depth: ${n}", [], "word", "\"x\""),
    ("n: ${env:HOME}/x", "word: ${n}", [], "word", "\"/home/x\""),
    ("n: 1", "word: ${env:HOME}/${n}", [], "word", "\"/home/1\""),
    ("n: 1", "word: ${env:TRUE}, depth: ${n}", [], "word", "\"true\""),
    ("n: 1", "flag: ${env:TRUE}, depth: ${n}", [], "flag", "true"),
    ("n: 1", "word: \"${env:NO:-a, b: ]}\", depth: ${n}", [], "word", "\"a, b: ]\""),
    ("n: 1", "word: ${env:NO:-}, depth: ${n}", [], "word", "null"),
    ("n: 1", "word: x${env:NO:-}, depth: ${n}", [], "word", "\"x\""),
    ("n: 1", "count: ${env:NO:-12}, depth: ${n}", [], "count", "12"),
  ])
  func aParamIsPutIn(params: String, written: String, set: [String], name: String, expected: String) {
    let file = read(
      params: params, written, set: set, environment: ["HOME": "/home", "TRUE": "true", "EMPTY": ""])
    #expect(file.pipeline?.stages[0].options[name].canonicalJSON == expected, "\(file.diagnostics)")
    #expect(file.diagnostics.filter { $0.severity == .error } == [])
  }

  @Test(arguments: [
    (
      "bits: x", "count: ${bits}", [],
      ["5:12: error: \"count\" of everything: expected a whole number from 1 to 64, found the text \"x\" (from param \"bits\")"]
    ),
    (
      "bits: 5", "count: ${bits}", ["bits=99"],
      [
        "5:12: error: \"count\" of everything: expected a whole number from 1 to 64, found 99 (from param \"bits\", given by --set)"
      ]
    ),
    (
      "n: [1, 77]", "counts: ${n}", [],
      ["5:13: error: \"counts[1]\" of everything: expected a whole number from 0 to 9, found 77 (from param \"n\")"]
    ),
    ("n: [1]", "word: a${n}", [], ["5:11: error: a list cannot stand inside a text (from param \"n\")"]),
    ("bits: 5", "count: ${bit}", [], ["5:12: error: unknown param \"bit\"; did you mean \"bits\"?"]),
    ("bits: 5", "count: ${zzzzz}", [], ["5:12: error: unknown param \"zzzzz\"; declare it under params"]),
    ("a: ${b}, b: 1", "count: ${b}", [], ["2:13: error: unknown param \"b\"; declare it under params"]),
    ("a: {b: 1}", "count: 1", [], ["2:13: error: the param \"a\" must be a single value or a list of them, found a map"]),
    ("a: [[1]]", "count: 1", [], ["2:13: error: the param \"a\" must be a single value or a list of them, found a list"]),
    ("env: 1", "count: 1", [], ["2:10: error: \"env\" cannot be a param; a name has letters, digits, - and _, and is not env"]),
    (
      "a: 1", "word: ${env:NOPE}", [],
      ["5:11: error: the environment has no \"NOPE\"; set it, or give a default: ${env:NOPE:-default}"]
    ),
    ("a: 1", "word: \"x${\"", [], ["5:11: error: \"${\" has no \"}\"; $$ stands for a dollar"]),
    ("a: 1", "word: ${}", [], ["5:11: error: \"${}\" names no param; $$ stands for a dollar"]),
    ("a: 1", "word: ${env:}", [], ["5:11: error: expected ${env:NAME} or ${env:NAME:-default}; $$ stands for a dollar"]),
    ("a: 1", "word: ${env:A-b:x}", [], ["5:11: error: expected ${env:NAME} or ${env:NAME:-default}; $$ stands for a dollar"]),
  ])
  func aWrongParamIsNamedWhereItIsUsed(params: String, written: String, set: [String], expected: [String]) {
    let file = read(params: params, written, set: set)
    #expect(file.diagnostics.map { String($0.description.dropFirst("p.yaml:".count)) } == expected)
  }

  @Test(arguments: [
    ("bist=3", ["--set:1:1: error: unknown param \"bist\"; did you mean \"bits\"?"]),
    ("zzzzz=3", ["--set:1:1: error: unknown param \"zzzzz\"; known are bits"]),
    ("bits", ["--set:1:1: error: expected NAME=VALUE"]),
    ("=3", ["--set:1:1: error: expected NAME=VALUE"]),
    ("bits=[*.tar]", ["--set:1:7: error: an asterisk at the start means an alias; put a glob in quotes: \"*.tar\""]),
    ("bits=[{a: 1}]", ["--set:1:6: error: expected a single value or a list of them"]),
  ])
  func aWrongOverrideIsShown(set: String, expected: [String]) {
    let file = read(params: "bits: 3", "count: ${bits}", set: [set])
    #expect(file.diagnostics.map(\.description) == expected)
    #expect(file.diagnostics.first?.source == set)
  }

  @Test func paramsAreListedAsTheyAre() {
    let file = read(params: "n: 5, m: x", "count: ${n}, word: ${m}", set: ["m=[1, b]"])
    #expect(file.pipeline == nil)
    let good = read(params: "n: 5, m: x", "count: ${n}, word: ${m}", set: ["m=1"])
    #expect(good.pipeline?.params == [OptionEntry("n", .integer(5)), OptionEntry("m", .integer(1))])
  }
}
