import Artifacts
import SystemPackage

/// An artifact of four jobs with their data files and rejects, sealed at the end: as a stage's run makes it.
struct ArtifactScenario: CrashScenario {
  let name = "artifact"
  private let recipe = Recipe(stage: "features", kind: "featurize", version: 1, options: "{}")
  private let workspace = FilePath("/work/.vecmill")

  func prepare(_ disk: SimulatedDisk) throws { try disk.makeFolder("/work") }

  private func artifact(_ disk: SimulatedDisk) -> Artifact { Workspace(at: workspace, on: disk).artifact(for: recipe) }

  private func content(_ number: Int, _ ending: String) -> [UInt8] {
    Array(String(repeating: "\(ending) \(number) ", count: 6 + number).utf8)
  }

  func work(on disk: SimulatedDisk, _ ledger: Ledger) throws {
    try Workspace(at: workspace, on: disk).settle()
    let artifact = artifact(disk)
    if try artifact.manifest() != nil { return }
    try artifact.prepare(recipe)
    var checkpoints: [Checkpoint] = []
    let sound = try artifact.soundCheckpoints()
    for number in 0..<4 {
      let shard = ShardID(part: 0, number: number)
      if let done = sound.first(where: { $0.shard == shard }) {
        ledger.promise(done.stem)
        checkpoints.append(done)
        continue
      }
      ledger.note(done: Checkpoint.stem("embed", shard: shard))
      let checkpoint = try make(shard, in: artifact)
      ledger.promise(checkpoint.stem)
      checkpoints.append(checkpoint)
    }
    var rejects = try DurableFile(at: artifact.path(of: "rejects.jsonl"), on: disk)
    for number in 0..<4 { try rejects.write(content(number, ".rejects.jsonl")) }
    ledger.note(done: "seal")
    try artifact.seal(
      Manifest(recipe: recipe, checkpoints: checkpoints, outputPhase: "embed", files: [try rejects.finish()]))
    ledger.promise("seal")
  }

  private func make(_ shard: ShardID, in artifact: Artifact) throws -> Checkpoint {
    let stem = Checkpoint.stem("embed", shard: shard)
    let files = try [".npy", ".rejects.jsonl"].map { ending in
      var file = try DurableFile(at: artifact.path(of: stem + ending), on: artifact.disk)
      try file.write(content(shard.number, ending))
      return try file.finish()
    }
    let checkpoint = Checkpoint(phase: "embed", shard: shard, key: Digest(of: stem), files: files, rows: 1)
    try artifact.commit(checkpoint)
    return checkpoint
  }

  func fault(on disk: SimulatedDisk, _ promised: Set<String>) throws -> String? {
    let artifact = artifact(disk)
    let sound = try artifact.soundCheckpoints()
    for checkpoint in sound {
      for file in checkpoint.files where try disk.read(artifact.path(of: file.name)) != expected(file, checkpoint) {
        return "\(file.name) is believed, and is not what was written"
      }
    }
    let lost = promised.subtracting(sound.map(\.stem)).subtracting(["seal"])
    if let lost = lost.min() { return "\(lost) was promised, and is gone" }
    guard let manifest = try artifact.manifest() else { return promised.contains("seal") ? "the manifest is gone" : nil }
    if manifest.checkpoints.count != 4 { return "the manifest is not whole" }
    for file in manifest.checkpoints.flatMap(\.files) + manifest.files where (try? artifact.check(file)) == nil {
      return "the manifest is there, and \(file.name) is not"
    }
    return nil
  }

  private func expected(_ file: CommittedFile, _ checkpoint: Checkpoint) -> [UInt8] {
    content(checkpoint.shard!.number, String(file.name.dropFirst(checkpoint.stem.count)))
  }
}
