import Pipelines
import Testing

/// Files with several values for some options.
@Suite struct ExperimentFileTests {
  private func parse(_ text: String, overrides: [String] = []) -> ExperimentFile {
    ExperimentFile.parse(text: text, path: "e.yaml", overrides: overrides, catalog: FakeCatalog.catalog)
  }

  private static let text = """
    experiment: {objective: recall@10, subject_to: ["size <= 1MiB", "latency <= 2ms"]}
    pipeline: p
    params:
      n: {try: [1, 2]}
    stages:
      a: {kind: source, media: vectors, from: [x.tar], max_rejects: "${n}"}
      s: {kind: scale, input: a, steps: {try: [[l2], [center, {pca: 16}]]}}
      b: {kind: index, input: s, type: [PQ16, "OPQ16,PQ16"]}
    """

  @Test func everyCombinationIsAPipeline() throws {
    let file = parse(Self.text)
    #expect(file.variants.count == 8)
    #expect(file.variants[0].name == "n=1 steps=[\"l2\"] type=PQ16")
    #expect(file.variants[7].name == "n=2 steps=[\"center\",{\"pca\":16}] type=OPQ16,PQ16")
    #expect(file.objective == "recall@10" && file.constraints == ["size <= 1MiB", "latency <= 2ms"])
    for variant in file.variants { #expect(variant.pipeline != nil, "\(variant.name): \(variant.fault ?? "")") }
    #expect(file.variants[7].pipeline?["b"]?.options["type"].text == "OPQ16,PQ16")
    #expect(file.variants[7].pipeline?["s"]?.options["steps"].list.count == 2)
    #expect(file.variants[7].pipeline?.params.first?.value.integer == 2)
  }

  @Test func aFileWithoutAlternativesIsOneVariant() {
    let file = parse("pipeline: p\nstages:\n  a: {kind: source, media: image, from: [x.tar, y.tar]}\n")
    #expect(file.variants.count == 1 && file.variants[0].choices.isEmpty && file.variants[0].pipeline != nil)
  }

  /// A variant that is no pipeline says why; the others go on.
  @Test func variantsThatDoNotFitAreNamed() {
    let file = parse("pipeline: p\nstages:\n  a: {kind: source, media: [image, picture], from: [x.tar]}\n")
    #expect(file.variants.map { $0.pipeline == nil } == [false, true])
    #expect(file.variants[1].fault?.contains("line 3: \"media\" of source: expected") == true)
    #expect(file.diagnostics.isEmpty)
    #expect(!parse("pipeline: p\nstages:\n  a: {kind: source, media: [sound, picture], from: [x.tar]}\n").diagnostics.isEmpty)
    #expect(!parse("pipeline: [").diagnostics.isEmpty && !parse("").variants.contains { $0.pipeline != nil })
  }

  @Test func tooManyVariantsAreRefused() {
    let many = (0..<23).map(String.init).joined(separator: ", ")
    let text = """
      pipeline: p
      params: {n: {try: [\(many)]}, m: {try: [\(many)]}}
      stages:
        a: {kind: source, media: image, from: ["${m}"], max_rejects: "${n}"}
      """
    #expect(parse(text).diagnostics.first?.message.contains("529 variants") == true)
  }

  /// 2^64 combinations are none of a machine's integers.
  @Test func variantsBeyondAllNumbersAreRefused() {
    let params = (0..<64).map { "p\($0): {try: [a, b]}" }.joined(separator: ", ")
    let file = parse("pipeline: p\nparams: {\(params)}\nstages:\n  a: {kind: source, media: image, from: [x.tar]}\n")
    #expect(file.variants.isEmpty && file.diagnostics.first?.message.contains("at most 500") == true)
  }

  /// A list is alternatives only where no value is a list; deeper maps and equal names are told apart.
  @Test func listsAreAlternativesWhereOneValueIsTaken() {
    let file = parse(
      """
      pipeline: p
      stages:
        a: {kind: everything, count: [1, 2], counts: [3, 4], mixed: [0.1, 0.2], flag: [true]}
        b: {kind: everything, count: {try: [5, 6]}}
        s: {kind: scale, input: a, steps: [{pca: {try: [8, 16]}}]}
        e: {kind: score, input: i, require: {recall: {try: [0.5, 0.9]}}}
        i: {kind: index, input: s}
        c: text
      """)
    #expect(file.variants.first?.name.hasPrefix("a.count=1 b.count=5") == true, "\(file.variants.first?.name ?? "")")
    #expect(file.variants.allSatisfy { $0.choices.map(\.option).contains("e.require.recall") })
    let lone = parse("pipeline: p\nstages: [a]\n")
    #expect(lone.variants.count == 1 && lone.variants[0].pipeline == nil && !lone.diagnostics.isEmpty)
  }

  /// A plain run says where alternatives belong.
  @Test func aRunTakesNoAlternatives() {
    for text in [Self.text, "pipeline: p\nstages:\n  a: {kind: source, media: {try: [image, text]}, from: [x.tar]}\n"] {
      let file = PipelineFile.parse(text: text, path: "e.yaml", catalog: FakeCatalog.catalog)
      #expect(
        file.pipeline == nil && file.render(color: false).contains("for vecmill experiment"), "\(file.render(color: false))")
    }
  }
}
