import Foundation
import Testing

/// What attacks on whole runs found (Tests/campaign), each kept from coming back.
@Suite struct SurvivalTests {
  /// The files of an artifact, by the stage's name.
  private func path(_ stage: String, _ name: String, in sandbox: Sandbox) throws -> String {
    let files = sandbox.files(below: ".vecmill").keys.sorted()
    return ".vecmill/" + (try #require(files.first { $0.hasPrefix("artifacts/\(stage)-") && $0.hasSuffix("/" + name) }))
  }

  private func remove(_ name: String, in sandbox: Sandbox) throws {
    try FileManager.default.removeItem(atPath: sandbox.path(name))
  }

  /// A run that was killed before it had written its record is no damage.
  @Test func aRunWithoutARecordIsNoDamage() throws {
    let sandbox = try Sandbox.notes()
    try sandbox.vecmill("run", "notes.yaml")
    try FileManager.default.createDirectory(
      atPath: sandbox.path(".vecmill/runs/20990101T000000.000Z-notes"), withIntermediateDirectories: true)
    #expect(try sandbox.vecmill("verify", ".vecmill").status == 0)
  }

  /// What a killed planner left beside the folders goes with the next run.
  @Test func aLeftoverOfTheWorkspaceGoes() throws {
    let sandbox = try Sandbox.notes()
    try sandbox.write("half", to: ".vecmill/sources.json.0abc.tmp")
    try sandbox.vecmill("run", "notes.yaml")
    #expect(!sandbox.exists(".vecmill/sources.json.0abc.tmp"))
  }

  /// `--force` is the advice for a damaged manifest, so it must not trip over it.
  @Test func forceMendsADamagedManifest() throws {
    let sandbox = try Sandbox.notes()
    try sandbox.vecmill("run", "notes.yaml")
    let before = sandbox.files(below: ".vecmill")
    try sandbox.write("spoilt", to: path("features", "manifest.json", in: sandbox))
    #expect(try sandbox.vecmill("run", "notes.yaml").status == 65)
    #expect(try sandbox.vecmill("run", "notes.yaml", "--force", "features").status == 0)
    #expect(sandbox.files(below: ".vecmill") == before)
  }

  /// An export that was interrupted between its last commit and its seal, and whose bundle somebody removed, is made again.
  @Test func aLostExportIsMadeAgain() throws {
    let sandbox = try Sandbox.notes()
    try sandbox.vecmill("run", "notes.yaml")
    let bundle = sandbox.files(below: "out")
    try remove(path("files", "manifest.json", in: sandbox), in: sandbox)
    try remove("out", in: sandbox)
    #expect(try sandbox.vecmill("run", "notes.yaml").status == 0)
    #expect(sandbox.files(below: "out") == bundle)
  }

  @Test func aMissingRecipeIsFound() throws {
    let sandbox = try Sandbox.notes()
    try sandbox.vecmill("run", "notes.yaml")
    try remove(path("index", "recipe.json", in: sandbox), in: sandbox)
    let ending = try sandbox.vecmill("verify", ".vecmill")
    #expect(ending.status == 65)
    #expect(ending.out.contains("recipe.json: it is missing"))
  }

  /// Without room for its threads a run waited for ever.
  @Test func tooFewAddressesAreRefused() throws {
    let sandbox = try Sandbox.notes()
    let ending = try sandbox.shell("ulimit -v 240000; exec \"$VECMILL\" run notes.yaml")
    #expect(ending.status == 78)
    #expect(ending.err.contains("ulimit -v") && ending.err.contains("are needed"))
    #expect(!sandbox.exists(".vecmill"))
  }
}
