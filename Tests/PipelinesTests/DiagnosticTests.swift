import Pipelines
import Testing

/// What every slip is answered with, and where.
@Suite struct DiagnosticTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var text: String
    var expected: [String]
    var testDescription: String { expected.first ?? text }

    init(_ text: String, _ expected: String...) {
      self.text = text
      self.expected = expected
    }

    /// A file whose stages are these lines.
    static func stages(_ stages: String, _ expected: String...) -> Case {
      let lines = stages.split(separator: "\n", omittingEmptySubsequences: false)
      var made = Case("pipeline: p\nstages:\n" + lines.map { "  \($0)\n" }.joined())
      made.expected = expected
      return made
    }
  }

  static let source = "a: {kind: source, media: vectors, from: x}\n"

  static let topLevel: [Case] = [
    Case("", "1:1: error: the file is empty"),
    Case("# nothing\n", "1:1: error: the file is empty"),
    Case("- a\n", "1:1: error: expected a map with pipeline and stages, found a list"),
    Case(
      "pipelin: p\nstages: {a: {kind: everything}}",
      "1:1: error: unknown key \"pipelin\"; did you mean \"pipeline\"?"),
    Case(
      "pipeline: p\nparam: {n: 3}\nstage: {a: {kind: everything, count: \"${n}\", flag: 1}}",
      "2:1: error: unknown key \"param\"; did you mean \"params\"?",
      "3:1: error: unknown key \"stage\"; did you mean \"stages\"?",
      "3:52: error: \"flag\" of everything: expected true or false, found 1"),
    Case("pipeline: p\n", "1:1: error: the pipeline has no stages; add stages:"),
    Case("stages: {a: {kind: everything}}", "1:1: error: the pipeline has no name; add pipeline: NAME"),
    Case(
      "pipeline: a b\nstages: {a: {kind: everything}}",
      "1:11: error: pipeline: expected a name of letters, digits, - and _, found the text \"a b\""),
    Case("pipeline: p\nstages:\n", "2:8: error: stages: expected a map of names and stages, found nothing"),
    Case(
      "pipeline: p\nstages: {a: {kind: everything}}\nparams: [1]\n",
      "3:9: error: params: expected a map of names and values, found a list"),
    Case(
      "pipeline: p\nstages: {a b: {kind: everything}}",
      "2:10: error: \"a b\" cannot be a stage's name; use letters, digits, - and _"),
    Case(
      "pipeline: p\nparams: {x: 1}\nstages: {a: {kind: everything}}",
      "2:10: warning: the param \"x\" is not used"),
  ]

  static let yaml: [Case] = [
    Case("pipeline: p\nstages:\n\ta: 1\n", "3:1: error: a tab cannot indent; use spaces"),
    Case("a: *.tar\n", "1:4: error: an asterisk at the start means an alias; put a glob in quotes: \"*.tar\""),
    Case("a: *b\n", "1:4: error: an asterisk at the start means an alias; put a glob in quotes: \"*.tar\""),
    Case(
      "pipeline: p\nstages: &s\n  a: {kind: everything}\n",
      "2:9: error: anchors and aliases are not supported; use params and ${name}"),
    Case(
      "pipeline: p\n---\npipeline: q\n",
      "2:1: error: a pipeline file holds one document, this is another; leave out the line with ---"),
    Case(
      "pipeline: p\nstages: {a: {kind: !mine everything}}",
      "2:20: error: the tag \"!mine\" is not supported; leave it out"),
    Case(
      "a: b: c\n",
      "1:5: error: \": \" cannot stand here; indent keys alike, put a space behind their colons, and texts with colons in quotes"),
    Case("a: \u{1B}[31m\n", "1:4: error: the character U+1B is not allowed here; remove it"),
    Case("pipeline: p\nstages: {a: {kind: everything}}\n? [x]\n: y\n", "3:3: error: a key must be a word"),
    Case("a: \"x\n", "1:4: error: this quote has no end"),
    Case("a:\n  - b\n c: d\n", "3:2: error: this does not fit into what starts in line 1; look at its indent"),
    Case("a:\n    b: 1\n   c: 1\n", "3:4: error: this does not fit into what starts in line 1; look at its indent"),
    Case("a:\n- b\nc\n", "3:1: error: expected \": \" behind this"),
    Case("a: [x, y\nb: 1\n", "1:4: error: this list has no \"]\""),
    Case("a: {x: 1\nb: 1\n", "1:4: error: this map has no \"}\""),
    Case("a: [x, {y: z} w]\n", "1:15: error: expected \",\" or \"]\""),
    Case("a: {b: c}}\n", "1:10: error: this does not fit into what starts in line 1; look at its indent"),
    Case(
      "a:b\nc: d\n",
      "2:2: error: \": \" cannot stand here; indent keys alike, put a space behind their colons, and texts with colons in quotes"),
    Case("a: @b\n", "1:4: error: a value cannot start with this character; put the value in quotes"),
  ]

  static let duplicates: [Case] = [
    .stages(
      "a:\n  kind: everything\n  count: 1\n  count: 2\n  \"flag\": true\n  'flag': false\n  coun: 1\n  count: 3",
      "6:5: error: the key \"count\" is there twice; the first is in line 5",
      "8:6: error: the key \"flag\" is there twice; the first is in line 7",
      "9:5: error: unknown option \"coun\" of everything; did you mean \"count\"?",
      "10:5: error: the key \"count\" is there twice; the first is in line 5"),
    .stages(
      "a: {kind: everything, count: 1, mixed: [1], count : 2}",
      "3:47: error: the key \"count\" is there twice; the first is in line 3"),
    .stages(
      "a: {kind: everything}\nb: {kind: everything}\na: {kind: everything}",
      "5:3: error: the key \"a\" is there twice; the first is in line 3"),
  ]

  static let stages: [Case] = [
    .stages("a: 3", "3:6: error: stage \"a\": expected a map with a kind, found 3"),
    .stages("a:", "3:3: error: stage \"a\": expected a map with a kind, found nothing"),
    .stages(
      "a: {media: image}",
      "3:3: error: stage \"a\" has no kind; known are source, scale, index, score, everything"),
    .stages("a: {kind: souce}", "3:13: error: unknown stage kind \"souce\"; did you mean \"source\"?"),
    .stages("a: {kind: [x]}", "3:13: error: kind: expected the name of a stage kind, found a list"),
    .stages("a: {kind: everything, input: b}", "3:32: error: everything takes no input; remove it"),
    .stages(
      "a: {kind: scale}",
      "3:3: error: stage \"a\" has no input; scale needs one: vectors; add input: STAGE"),
    .stages(
      "vectors: {kind: everything}\nb: {kind: scale, input: vector}",
      "4:27: error: there is no stage \"vector\"; did you mean \"vectors\"?"),
    .stages("b: {kind: scale, input: zzz}", "3:27: error: there is no stage \"zzz\""),
    .stages(source + "b: {kind: scale, input: zzz}", "4:27: error: there is no stage \"zzz\"; known are a"),
    .stages(
      source + "b: {kind: scale, inputs: a}",
      "4:20: error: unknown option \"inputs\" of scale; did you mean \"input\"?"),
    .stages(
      "b: {kind: scale, input: {}}",
      "3:27: error: input: expected the name of a stage or a list of them, found a map"),
    .stages(
      source + "b: {kind: scale, input: [a, a]}\nc: {kind: scale, input: [a, x]}",
      "4:31: error: scale takes one input, found 2", "5:31: error: scale takes one input, found 2",
      "5:31: error: there is no stage \"x\"; did you mean \"a\"?"),
    .stages(
      "a: {kind: source}",
      "3:3: error: source needs \"media\": image, text or vectors",
      "3:3: error: source needs \"from\": a list, each item a text"),
    .stages(
      "a: {kind: source, medai: text, from: x}",
      "3:21: error: unknown option \"medai\" of source; did you mean \"media\"?"),
  ]

  static let options: [Case] = [
    .stages("a: {kind: everything, cuont: 3}", "3:25: error: unknown option \"cuont\" of everything; did you mean \"count\"?"),
    .stages(
      "a: {kind: everything, count: 65}",
      "3:32: error: \"count\" of everything: expected a whole number from 1 to 64, found 65"),
    .stages(
      "a: {kind: everything, count: x}",
      "3:32: error: \"count\" of everything: expected a whole number from 1 to 64, found the text \"x\""),
    .stages(
      "a: {kind: everything, depth: 0}",
      "3:32: error: \"depth\" of everything: expected a whole number, at least 1, found 0"),
    .stages(
      "a: {kind: everything, ratio: .nan}",
      "3:32: error: \"ratio\" of everything: expected a number from 0 to 1, found .nan"),
    .stages(
      "a: {kind: everything, flag: ture}",
      "3:31: error: \"flag\" of everything: expected true or false, found the text \"ture\"; did you mean \"true\"?"),
    .stages(
      "a: {kind: everything, word: true}",
      "3:31: error: \"word\" of everything: expected a text, found true; put it in quotes if it is a text"),
    .stages(
      "a: {kind: everything, flag: }",
      "3:31: error: \"flag\" of everything: expected true or false, found nothing"),
    .stages(
      "a: {kind: everything, counts: [1, 12, x]}",
      "3:37: error: \"counts[1]\" of everything: expected a whole number from 0 to 9, found 12",
      "3:41: error: \"counts[2]\" of everything: expected a whole number from 0 to 9, found the text \"x\""),
    .stages(
      "a: {kind: everything, mixed: autp}",
      "3:32: error: \"mixed\" of everything: expected auto, a whole number from 1 to 9 or a list, each item a "
        + "number from 0 to 1, found the text \"autp\"; did you mean \"auto\"?"),
    .stages(
      "a: {kind: everything, mixed: [0.5, 2]}",
      "3:38: error: \"mixed[1]\" of everything: expected a number from 0 to 1, found 2"),
    .stages(
      "a: {kind: everything, size: 64M}",
      "3:31: error: \"size\" of everything: expected a size such as 64MiB, found the text \"64M\""),
    .stages(
      source + "b: {kind: scale, input: a, steps: [centre, {pca: 64, whitten: true}, {whiten: true}]}",
      "4:38: error: \"steps[0]\" of scale: expected center, l2 or a map of pca, whiten, found the text \"centre\"; "
        + "did you mean \"center\"?",
      "4:56: error: unknown option \"whitten\" in \"steps[1]\" of scale; did you mean \"whiten\"?",
      "4:72: error: scale needs \"steps[2].pca\": a whole number from 1 to 4096"),
  ]

  static let graph: [Case] = [
    .stages("a: {kind: scale, input: a}", "3:27: error: stage \"a\" takes itself as its input"),
    .stages(
      "a: {kind: scale, input: c}\nb: {kind: scale, input: a}\nc: {kind: scale, input: b}\nd: {kind: scale, input: c}",
      "3:27: error: the stages form a cycle: a → b → c → a"),
    .stages(
      "a: {kind: scale, input: b}\nb: {kind: scale, input: a}\nc: {kind: scale, input: d}\nd: {kind: scale, input: c}",
      "3:27: error: the stages form a cycle: a → b → a",
      "5:27: error: the stages form a cycle: c → d → c"),
    .stages(
      source + "i: {kind: index, input: a}\ns: {kind: score, input: i, queries: s}",
      "5:39: error: stage \"s\" takes itself as its input"),
    .stages(
      source + "i: {kind: index, input: a}\ns: {kind: score, input: a}",
      "5:27: error: \"input\" of score: expected an index, found vectors of 64 dimensions"),
    .stages(
      source + "r: {kind: source, media: text, from: x}\ni: {kind: index, input: [a, r]}",
      "5:31: error: \"input[1]\" of index: expected vectors, found text records"),
    .stages(
      source + "b:\n  kind: scale\n  input: a\n  steps:\n  - l2\n  - pca: 65",
      "9:12: error: \"steps[1].pca\" of scale: the input has 64 dimensions, fewer than 65"),
    .stages(
      source + "i: {kind: index, input: a, type: PQ7}\ns: {kind: score, input: i, queris: 3}",
      "4:36: error: \"type\" of index: 7 does not divide 64",
      "5:30: error: unknown option \"queris\" of score; did you mean \"queries\"?"),
    .stages(
      source + "i: {kind: index, input: a}\ns: {kind: score, input: i, queries: ii}",
      "5:39: error: \"queries\" of score: expected a whole number from 1 to 10000 or the name of a stage, "
        + "found the text \"ii\"; did you mean \"i\"?"),
    .stages(
      source + "i: {kind: index, input: a}\ns: {kind: score, input: i, queries: i, truth: a}",
      "5:39: error: \"queries\" of score: expected vectors"),
    // One wrong stage makes no noise below it.
    .stages(
      "a: {kind: sourc}\nb: {kind: scale, input: a}\nc: {kind: index, input: b, metric: cosin}",
      "3:13: error: unknown stage kind \"sourc\"; did you mean \"source\"?",
      "5:38: error: \"metric\" of index: expected cosine, ip or l2, found the text \"cosin\"; did you mean \"cosine\"?"),
  ]

  @Test(arguments: topLevel + yaml + duplicates + stages + options + graph)
  func everySlipIsNamed(_ test: Case) {
    let file = parse(test.text)
    #expect(file.diagnostics.map { String($0.description.dropFirst("p.yaml:".count)) } == test.expected)
    #expect(file.hasErrors == test.expected.contains { $0.contains(" error: ") })
  }

  @Test func linesMayEndInAnyWay() {
    for end in ["\n", "\r\n", "\r"] {
      let text = ["pipeline: p", "# é", "stages:", "  a: {kind: everything, flog: 1}", ""].joined(separator: end)
      #expect(parse(text).diagnostics.map(\.location) == [SourceLocation(line: 4, column: 25)])
    }
  }

  @Test func onlyFiftyAreShown() {
    let lines = (0..<80).map { "    x\($0): 1\n" }.joined()
    let file = parse("pipeline: p\nstages:\n  a:\n    kind: everything\n" + lines)
    #expect(file.diagnostics.count == 50)
    #expect(file.diagnostics[49].description == "p.yaml:54:5: error: 31 more problems from here on; mend those above first")
  }
}
