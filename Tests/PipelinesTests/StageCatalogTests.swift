import Pipelines
import Testing

@Suite struct StageCatalogTests {
  @Test func theFakeCatalogIsSound() {
    #expect(FakeCatalog.catalog.faults == [])
  }

  @Test func faultsAreNamed() {
    let inner = OptionSpec("n", .integer(1...3), default: .integer(4), "")
    let kind = StageKind(
      name: "k", summary: "", version: 1, input: nil,
      options: [
        OptionSpec("input", .text, default: .null, ""),
        OptionSpec("size", .size, default: .text("64M"), ""),
        OptionSpec("steps", .list(of: .either([.bool, .map([inner, inner])])), default: .null, ""),
        OptionSpec("good", .duration, default: .text("5m"), ""),
      ]
    ) { _, _ in FakeStage(output: .index) }
    #expect(
      StageCatalog([kind]).faults == [
        "k: the option input is every stage's",
        "the default of \"size\" of k: expected a size such as 64MiB, found the text \"64M\"",
        "k.steps: the option n is there twice",
        "the default of \"n\" of k.steps: expected a whole number from 1 to 3, found 4",
        "the default of \"n\" of k.steps: expected a whole number from 1 to 3, found 4",
      ])
    #expect(StageCatalog([FakeCatalog.score, FakeCatalog.score]).faults == ["the kind score is there twice"])
  }
}
