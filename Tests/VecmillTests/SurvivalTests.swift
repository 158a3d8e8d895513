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

  /// Whatever of a workspace is not what was committed has its line, and the rest is still read.
  @Test(arguments: ["recipe.json", "manifest.json", "summary.json", ".checkpoint.json", ".npy"])
  func everyKindOfFileIsHeldAgainstItsDigest(_ ending: String) throws {
    let sandbox = try Sandbox.notes()
    try sandbox.vecmill("run", "notes.yaml")
    #expect(try sandbox.vecmill("verify", ".vecmill").status == 0)
    let name = try #require(
      sandbox.files(below: ".vecmill").keys.sorted().first { $0.hasPrefix("artifacts/features") && $0.hasSuffix(ending) })
    var bytes = try Data(contentsOf: sandbox.url.appending(path: ".vecmill/\(name)"))
    bytes[bytes.count / 2] ^= 4
    try bytes.write(to: sandbox.url.appending(path: ".vecmill/\(name)"))
    let found = try sandbox.vecmill("verify", ".vecmill", "--json")
    #expect(found.status == 65 && found.out.contains(ending), "\(found.out)")
    let status = try sandbox.vecmill("status")
    #expect(status.status == 0 && status.out.contains("features"))
    // And without it.
    try FileManager.default.removeItem(atPath: sandbox.path(".vecmill/\(name)"))
    let gone = try sandbox.vecmill("verify", ".vecmill")
    #expect(gone.status == 65 || ["summary.json", "manifest.json"].contains(ending), "\(ending): \(gone.out)\(gone.err)")
  }

  @Test func anArtifactUnderAnotherNameIsFound() throws {
    let sandbox = try Sandbox.notes()
    try sandbox.vecmill("run", "notes.yaml")
    #expect(try sandbox.shell("cd .vecmill/artifacts && mv features-* features-0123456789abcdef").status == 0)
    let found = try sandbox.vecmill("verify", ".vecmill")
    #expect(
      found.status == 65 && found.err.contains("not that of the folder") || found.out.contains("not that of the folder"),
      "\(found.out)\(found.err)")
  }

  @Test func recordsOfRunsThatAreDamagedAreFound() throws {
    let sandbox = try Sandbox.notes()
    try sandbox.vecmill("run", "notes.yaml")
    #expect(try sandbox.shell("for f in .vecmill/runs/*/run.json; do printf '{' > $f; done").status == 0)
    #expect(try sandbox.vecmill("verify", ".vecmill").status == 65)
    #expect(try sandbox.vecmill("status").status == 0)
  }

  @Test func anEmptyWorkspaceSaysSo() throws {
    #expect(try Sandbox().vecmill("status").out.contains("nothing here yet"))
  }

  @Test func aStaleLookTakesParams() throws {
    let sandbox = try Sandbox.notes()
    try sandbox.vecmill("run", "notes.yaml")
    let other = try sandbox.vecmill("status", "--stale", "notes.yaml", "--set", "to=out/other")
    #expect(other.out.contains("files") && !other.out.contains("nothing to do"), "\(other.out)")
    let json = try sandbox.vecmill("status", "--stale", "notes.yaml", "--json")
    #expect((json.json["stages"] as? [Any])?.count == 4)
  }
}
