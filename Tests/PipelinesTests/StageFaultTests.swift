import Pipelines
import Testing

/// A fault of `make` is shown at the option's own place.
@Suite struct StageFaultTests {
  struct Odd: Error, CustomStringConvertible { var description: String { "odd" } }

  /// The places and texts of what is said when a stage's `make` throws.
  func found(_ thrown: any Error, _ body: String, params: String = "{}") -> [String] {
    let kind = StageKind(
      name: "k", summary: "", version: 1, input: "anything", takesSeveralInputs: true,
      options: [
        OptionSpec("word", .text, default: .text("x"), ""),
        OptionSpec("deep", .list(of: .dictionary(of: .text)), default: .list([]), ""),
      ]
    ) { _, _ in throw thrown }
    let text = "pipeline: p\nparams: \(params)\nstages:\n  a: {kind: everything}\n  b:\n\(body)"
    return PipelineFile.parse(text: text, path: "p", catalog: StageCatalog([FakeCatalog.everything, kind]))
      .diagnostics.map { String($0.description.dropFirst(2)) }
  }

  static let body = "    kind: k\n    input: [a, a]\n    word: y\n    deep: [{q: r}, {s: t}]\n"

  @Test(arguments: [
    ("word", "8:11: error: \"word\" of k: bad"), ("deep[1].s", "9:24: error: \"deep[1].s\" of k: bad"),
    ("deep[1].zzz", "9:20: error: \"deep[1].zzz\" of k: bad"), ("deep[7].s", "9:11: error: \"deep[7].s\" of k: bad"),
    ("input", "7:12: error: \"input\" of k: bad"), ("input[1]", "7:16: error: \"input[1]\" of k: bad"),
    ("unheard", "6:11: error: \"unheard\" of k: bad"), (nil, "6:11: error: k: bad"),
  ])
  func aFaultIsAtItsOption(option: String?, expected: String) {
    #expect(found(StageFault(option: option, "bad"), Self.body) == [expected])
  }

  @Test func aDefaultIsAtTheKind() {
    let body = "    input: a\n    kind: k\n"
    #expect(found(StageFault(option: "word", "bad"), body) == ["7:11: error: \"word\" of k: bad"])
    #expect(found(StageFault(option: "input[0]", "bad"), body) == ["6:12: error: \"input[0]\" of k: bad"])
  }

  @Test func aParamIsNamed() {
    let body = "    input: ${from}\n    kind: k\n    word: ${w}\n"
    let params = "{from: [a, a], w: z}"
    #expect(
      found(StageFault(option: "word", "bad"), body, params: params)
        == ["8:11: error: \"word\" of k: bad (from param \"w\")"])
    #expect(
      found(StageFault(option: "input[1]", "bad"), body, params: params)
        == ["6:12: error: \"input[1]\" of k: bad (from param \"from\")"])
  }

  @Test func anyOtherErrorIsAtTheStage() {
    #expect(found(Odd(), Self.body) == ["5:3: error: k: odd"])
  }
}
