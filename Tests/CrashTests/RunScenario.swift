import Artifacts
import Pipelines
import Synchronization
import SystemPackage

/// A whole run by the program's own planner and scheduler: a stage that makes three shards, one that follows shard by shard and finds
/// half of its work in an earlier artifact, and one that makes a whole of them.
struct RunScenario: CrashScenario {
  let name = "run"
  private let workspace = FilePath("/work/.vecmill")

  func prepare(_ disk: SimulatedDisk) async throws {
    try disk.makeFolder("/work")
    try await run(pipeline(version: 1, shards: 2, Ledger()), disk, Ledger())
  }

  func work(on disk: SimulatedDisk, _ ledger: Ledger) async throws {
    try await run(pipeline(version: 2, shards: 4, ledger), disk, ledger)
  }

  private func run(_ pipeline: Pipeline, _ disk: SimulatedDisk, _ ledger: Ledger) async throws {
    let workspace = Workspace(at: workspace, on: disk)
    try workspace.settle()
    let plan = try Planner(pipeline, in: workspace).plan()
    try await Run(plan, options: .init(jobs: 1, memory: 1 << 30)) { event in
      if event.event == .jobEnded, let stage = event.stage, let job = event.job { ledger.promise("\(stage)/\(job)") }
      if event.event == .stageEnded, let stage = event.stage { ledger.promise("\(stage)/seal") }
    }.execute()
  }

  private func pipeline(version: Int, shards: Int, _ ledger: Ledger) -> Pipeline {
    func stage(_ name: String, _ version: Int, _ inputs: [String], _ stage: any Stage) -> PipelineStage {
      let kind = StageKind(name: name, summary: "", version: version, input: nil, options: []) { _, _ in stage }
      return PipelineStage(
        name: name, kind: kind, options: StageOptions(entries: [], keyed: []), inputs: inputs, stage: stage)
    }
    return Pipeline(
      name: "crash",
      stages: [
        stage("make", version, [], MakingStage(shards: shards, ledger: ledger)),
        stage("copy", 1, ["make"], CopyingStage(ledger: ledger)),
        stage("join", 1, ["copy"], JoiningStage(ledger: ledger)),
      ])
  }

  func fault(on disk: SimulatedDisk, _ promised: Set<String>) throws -> String? {
    let plan: Plan
    do { plan = try Planner(pipeline(version: 2, shards: 4, Ledger()), in: Workspace(at: workspace, on: disk)).plan() } catch {
      return "it cannot be planned: \(error)"
    }
    for stage in plan.stages {
      let mine = promised.filter { $0.hasPrefix(stage.name + "/") }
      let sound = try stage.artifact.soundCheckpoints()
      let lost = mine.subtracting(sound.map { "\(stage.name)/\($0.stem)" } + ["\(stage.name)/seal"])
      if let lost = lost.min() { return "\(lost) was promised, and is gone" }
      guard let manifest = stage.manifest else {
        if mine.contains("\(stage.name)/seal") { return "the manifest of \(stage.name) is gone" }
        continue
      }
      for file in manifest.checkpoints.flatMap(\.files) + manifest.files where (try? stage.artifact.check(file)) == nil {
        return "the manifest of \(stage.name) is there, and \(file.name) is not"
      }
    }
    return nil
  }
}

private struct MakingStage: Stage {
  let shards: Int
  let ledger: Ledger
  var output: ArtifactType { .vectors(dimension: 1) }
  var phases: [Phase] { [Phase("make", .whole, isOutput: true)] }

  func run(_ job: Job) async throws {
    for number in 0..<shards {
      let shard = ShardID(part: 0, number: number)
      let data = try job.write(Array(String(repeating: "row \(number) ", count: 8).utf8), ending: ".txt", shard: shard)
      let rejects = try job.write(Array("reject \(number)\n".utf8), ending: ".rejects.jsonl", shard: shard)
      try job.commit(shard: shard, files: [data, rejects], rows: 1, rejects: ["bad": 1])
    }
    ledger.note(done: "make/make")
    try job.commit()
  }
}

private struct CopyingStage: Stage {
  let ledger: Ledger
  var output: ArtifactType { .vectors(dimension: 1) }
  var phases: [Phase] { [Phase("copy", .shard, isOutput: true)] }

  func run(_ job: Job) async throws {
    let input = job.inputs[0].artifact
    let bytes = try input.read(job.shard!.file(ending: ".txt")!)
    ledger.note(done: "copy/\(job.stem)")
    try job.commit(files: [try job.write(bytes.reversed(), ending: ".txt")], rows: 1)
  }
}

private struct JoiningStage: Stage {
  let ledger: Ledger
  var output: ArtifactType { .vectors(dimension: 1) }
  var phases: [Phase] { [Phase("fit", .whole), Phase("join", .whole, isOutput: true)] }

  func run(_ job: Job) async throws {
    ledger.note(done: "join/\(job.stem)")
    let shards = try job.inputs[0].manifest.shards
    let parts = try shards.map { try job.inputs[0].artifact.read($0.file(ending: ".txt")!) }
    let bytes = job.phase.name == "fit" ? parts.map { UInt8($0.count & 255) } : Array(parts.joined())
    try job.commit(files: [try job.write(bytes, ending: ".txt")], rows: shards.count)
  }
}
