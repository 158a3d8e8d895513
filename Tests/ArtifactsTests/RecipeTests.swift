import Artifacts
import Testing

@Suite struct RecipeTests {
  private let recipe = Recipe(
    stage: "index", kind: "index", version: 2, options: #"{"type":"PQ16"}"#, materials: ["model": "m"],
    inputs: [.init(stage: "unit", key: Digest(of: "unit"))],
    sources: [Source(name: "a.tar", path: "/x/a.tar", size: 3, digest: Digest(of: "a"))])

  @Test func namesPathsAndSizesAreNoPartOfTheKey() {
    var other = recipe
    other.stage = "other"
    other.sources[0].path = "/y/a.tar"
    other.inputs[0].stage = "renamed"
    #expect(other.key == recipe.key)
  }

  @Test(
    arguments: [
      { (recipe: inout Recipe) in recipe.kind = "export" }, { $0.version = 3 }, { $0.options = "{}" },
      { $0.materials["model"] = "n" }, { $0.materials["more"] = "" },
      { $0.inputs[0].key = Digest(of: "other") }, { $0.inputs = [] },
      { $0.sources[0].digest = Digest(of: "b") }, { $0.sources[0].name = "b.tar" },
    ] as [@Sendable (inout Recipe) -> Void])
  func everythingElseIs(_ change: @Sendable (inout Recipe) -> Void) {
    var other = recipe
    change(&other)
    #expect(other.key != recipe.key)
  }

  /// Keys name folders on users' disks; a change here redoes all their work.
  @Test func theKeyIsGolden() {
    #expect(recipe.key.hex == "be4acb4a85c18d63bc75478d645516bb3e026e2488b638e437b14de50bf2e9f2")
  }
}
