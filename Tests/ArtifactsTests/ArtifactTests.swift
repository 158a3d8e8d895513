import Artifacts
import SystemPackage
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
}
