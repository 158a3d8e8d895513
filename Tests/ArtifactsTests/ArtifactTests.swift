import Artifacts
import SystemPackage
import TestSupport
import Testing

@Suite struct ArtifactTests {
  private let folder: TemporaryFolder
  private let artifact: Artifact
  private let recipe = Recipe(stage: "features", kind: "featurize", version: 1, options: "{}")

  init() throws {
    folder = try TemporaryFolder()
    artifact = Workspace(at: folder.path).artifact(for: recipe)
    try artifact.prepare(recipe)
  }

  private func commit(_ number: Int, _ content: String) throws -> Checkpoint {
    let shard = ShardID(part: 0, number: number)
    var file = try DurableFile(at: artifact.path(of: Checkpoint.stem("embed", shard: shard) + ".npy"))
    try file.write(content)
    let checkpoint = Checkpoint(
      phase: "embed", shard: shard, key: Digest(of: content), files: [try file.finish()], rows: 1)
    try artifact.commit(checkpoint)
    return checkpoint
  }

  @Test func committedJobsAreFoundAgain() throws {
    let one = try commit(0, "one")
    let two = try commit(1, "two")
    #expect(try artifact.soundCheckpoints() == [one, two])
    #expect(try artifact.recipe() == recipe)
    #expect(try artifact.manifest() == nil)
  }

  @Test func aJobWhoseDataIsDamagedIsNotCommitted() throws {
    let one = try commit(0, "one")
    _ = try commit(1, "two")
    let path = artifact.path(of: "embed-00000-00001.npy")
    try SystemDisk().remove(path)
    #expect(try artifact.soundCheckpoints() == [one], "gone")
    try DurableFile.commit(Array("twO".utf8), at: path)
    #expect(try artifact.soundCheckpoints() == [one], "changed")
    try DurableFile.commit(Array("two".utf8), at: path)
    #expect(try artifact.soundCheckpoints().count == 2, "restored")
  }

  @Test func anArtifactIsNamedByItsFolder() {
    #expect(Artifact(at: "/w/artifacts/unit-1").name == "unit-1")
    #expect(Artifact(at: "/").name == "/")
  }

  @Test func aRenamedCheckpointIsNotBelieved() throws {
    _ = try commit(0, "one")
    try SystemDisk().rename(
      artifact.path(of: "embed-00000-00000.checkpoint.json"), to: artifact.path(of: "embed-00000-00001.checkpoint.json"))
    #expect(try artifact.soundCheckpoints().isEmpty)
  }

  @Test func filesOfKilledWritersAreSweptAway() throws {
    try DurableFile.commit([1], at: artifact.path(of: "embed-00000-00000.npy.abc.tmp"))
    try artifact.prepare(recipe)
    #expect(try SystemDisk().list(artifact.path) == ["recipe.json"])
  }

  @Test func anUnfinishedFileLeavesNothing() throws {
    do {
      var file = try DurableFile(at: artifact.path(of: "half"))
      try file.write("half")
    }
    #expect(try SystemDisk().list(artifact.path) == ["recipe.json"])
  }

  @Test func readingChecksTheDigest() throws {
    let one = try commit(0, "one")
    #expect(try artifact.read(one.files[0]) == Array("one".utf8))
    try DurableFile.commit(Array("onE".utf8), at: artifact.path(of: one.files[0].name))
    #expect(throws: CorruptFile.self) { try artifact.read(one.files[0]) }
  }

  @Test func aFileThatWasCutIsToldByItsSize() throws {
    let one = try commit(0, "one")
    try DurableFile.commit(Array("on".utf8), at: artifact.path(of: one.files[0].name))
    let error = #expect(throws: CorruptFile.self) { try artifact.read(one.files[0]) }
    #expect(error?.reason.contains("2 bytes, not 3") == true)
  }

  /// The summary answers for the manifest; together they are what was sealed, or nothing is believed.
  @Test func theSummaryNamesTheManifest() throws {
    #expect(try artifact.summary() == nil)
    let manifest = Manifest(recipe: recipe, checkpoints: [try commit(0, "one")], outputPhase: "embed")
    try artifact.seal(manifest)
    let summary = try #require(try artifact.summary())
    #expect(summary.rows == 1 && summary.bytes == 3 && summary.key == recipe.key)
    let (summaryPath, manifestPath) = (artifact.path(of: Artifact.summaryFileName), artifact.path(of: "manifest.json"))
    let sealed = try SystemDisk().read(manifestPath)
    // A workspace of before there were summaries has a manifest alone.
    try SystemDisk().remove(summaryPath)
    #expect(try artifact.summary() == summary)
    // A manifest that is sound, but another.
    try artifact.seal(manifest)
    try DurableFile.commit(
      SealedJSON.bytes(of: Manifest(recipe: recipe, checkpoints: [], outputPhase: "embed")), at: manifestPath)
    let another = #expect(throws: CorruptFile.self) { try artifact.summary() }
    #expect(another?.reason.contains("not the manifest") == true)
    // One that is damaged, with and without the summary.
    var damaged = sealed
    damaged[sealed.count / 2] ^= 1
    try DurableFile.commit(damaged, at: manifestPath)
    #expect(throws: CorruptFile.self) { try artifact.summary() }
    try SystemDisk().remove(summaryPath)
    #expect(throws: CorruptFile.self) { try artifact.summary() }
  }
}
