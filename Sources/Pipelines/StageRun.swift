import Artifacts
import SystemPackage

/// One stage of a run: its phases in order, their jobs side by side, and at last the seal.
struct StageRun: Sendable {
  let planned: PlannedStage
  /// The main input first.
  let inputs: [(planned: PlannedStage, ledger: ShardLedger)]
  let ledger: ShardLedger
  /// The gates that must let the stage pass before it begins.
  let gates: [(planned: PlannedStage, ledger: ShardLedger)]
  let context: RunContext
  /// Later stages go first.
  let priority: Int
  /// Whether the artifact stands behind a stage that runs.
  let isRead: Bool

  private var stage: any Stage { planned.declaration.stage }
  private var artifact: Artifact { planned.artifact }

  /// Makes the artifact, or only announces it if it is done already.
  func run() async throws {
    guard planned.mustRun else {
      // A run that was killed may have sealed it without having synced its folder; others are about to build on it.
      if planned.summary != nil { try artifact.disk.syncFolder(artifact.path) }
      // What it was made of may have been removed and is made again just now; who reads it may read further back.
      for (_, ledger) in inputs where isRead { _ = try await ledger.sealed() }
      // Parsed only where a stage that runs reads it.
      if isRead, let manifest = try artifact.manifest() { ledger.seal(manifest) }
      return
    }
    for gate in gates { _ = try await gate.ledger.sealed() }
    let clock = ContinuousClock.now
    context.report(RunEvent(.stageStarted, stage: planned.name, totalBytes: sourceBytes))
    try prepare()
    let reuse = ReuseIndex(context.workspace, like: planned.recipe, except: artifact)
    let record = StageRecord(try artifact.soundCheckpoints())
    for phase in stage.phases {
      try await StagePhaseRun(run: self, phase: phase, record: record, reuse: reuse).run()
    }
    let (manifest, removed) = try seal(record)
    ledger.seal(manifest)
    context.report(
      RunEvent(
        .stageEnded, stage: planned.name, items: manifest.rows, rejects: manifest.rejects.values.reduce(0, +),
        seconds: clock.duration(to: .now).seconds, removed: removed))
  }

  private var sourceBytes: Int? {
    let bytes = planned.recipe.sources.reduce(0) { $0 + $1.size }
    return bytes > 0 ? bytes : nil
  }

  private func prepare() throws {
    // A manifest in a stage that must run is one that was forced or whose result outside is gone.
    if try artifact.isSealed { try artifact.clear() }
    try artifact.prepare(planned.recipe)
    if stage.isPublication, try hasLostItsResult() {
      try artifact.clear()
      try artifact.prepare(planned.recipe)
    }
  }

  /// Whether an interrupted publication is committed, and what it published is gone all the same.
  private func hasLostItsResult() throws -> Bool {
    let sound = try artifact.soundCheckpoints()
    let manifest = Manifest(recipe: planned.recipe, checkpoints: sound, outputPhase: outputPhase)
    return !sound.isEmpty && stage.staleness(of: Summary(of: manifest, bytes: [])) != nil
  }

  private func seal(_ record: StageRecord) throws -> (manifest: Manifest, removed: Int?) {
    let checkpoints = record.inOrder(stage.phases)
    let shards = checkpoints.filter { $0.shard != nil && $0.phase == outputPhase }
    let rows = shards.reduce(0) { $0 + $1.rows }
    let rejects = checkpoints.reduce(0) { $0 + $1.rejected }
    if let limit = stage.rejectLimit, limit.isBroken(rejects: rejects, rows: rows) {
      throw TooManyRejects(rejects: rejects, seen: rejects + rows, limit: limit, artifact: artifact.path.string)
    }
    try stage.check(checkpoints)
    let closed = try stage.finish(
      Closing(
        recipe: planned.recipe, artifact: artifact, workspace: context.workspace, checkpoints: checkpoints, shards: shards))
    let manifest = Manifest(
      recipe: planned.recipe, checkpoints: checkpoints, outputPhase: outputPhase,
      files: try RejectsFile.gather(checkpoints, in: artifact) + closed.files)
    try artifact.seal(manifest)
    return (manifest, closed.removed)
  }

  private var outputPhase: String { (stage.phases.first(where: \.isOutput) ?? stage.phases.last!).name }

  var jobInputs: [JobInput] { inputs.map(Self.jobInput) }
  var jobGates: [JobInput] { gates.map(Self.jobInput) }

  private static func jobInput(_ planned: PlannedStage, _ ledger: ShardLedger) -> JobInput {
    JobInput(stage: planned.name, artifact: planned.artifact, recipe: planned.recipe, sealed: ledger.manifest)
  }
}

/// More of the input was refused than the stage allows.
public struct TooManyRejects: Error, Sendable, CustomStringConvertible {
  public var rejects: Int
  public var seen: Int
  public var limit: RejectLimit
  public var artifact: String

  public var description: String {
    "\(rejects) of \(seen) were rejected, over max_rejects of \(limit); "
      + "see the *.rejects.jsonl files in \(artifact), then mend the input or raise max_rejects: committed work stays"
  }
}

extension Duration {
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
