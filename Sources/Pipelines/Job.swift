public import Artifacts

/// One phase of a stage on one shard, one source or the whole input: what a stage is given to work on.
public struct Job: Sendable {
  /// Name of the pipeline.
  public let pipeline: String
  public let stage: String
  /// How the artifact is made that the job is a part of.
  public let recipe: Recipe
  public let phase: Phase
  /// SHA-256 of all that decides the result.
  public let key: Digest
  /// The main input first.
  public let inputs: [JobInput]
  /// The input shard; nil unless the phase's scope is `.shard`.
  public let shard: Checkpoint?
  /// The source and its place; nil unless the scope is `.source`.
  public let source: Source?
  public let part: Int
  /// What this stage has committed already: all of its earlier phases, and for a source the shards of an interrupted attempt.
  public let committed: [Checkpoint]
  /// All sources of this stage, in order.
  public let siblings: [Source]
  /// Sources of the whole pipeline, as they lie today.
  public let sources: [Source]
  /// The stage's own artifact.
  public let artifact: Artifact
  public let workspace: Workspace
  /// How many threads the job may use.
  public let threads: Int
  let report: @Sendable (RunEvent) -> Void
  let announce: @Sendable (Checkpoint) -> Void
  /// How many shards the job has committed, those of interrupted attempts with it.
  let made: @Sendable () -> Int

  /// The note by which a job of several shards says how many it made, so that a lost one is missed.
  static let shardsNote = "shards"

  /// A seed for random numbers that depends on nothing but the job's key.
  public var seed: UInt64 { UInt64(bitPattern: key.leading63Bits) }

  /// Name of the job, and of its files up to their ending.
  public var stem: String {
    Checkpoint.stem(phase.name, shard: shard?.shard, part: source == nil ? nil : part)
  }

  /// The committed work of an earlier whole phase of this stage.
  public func earlier(_ phase: String) throws -> Checkpoint {
    guard let found = committed.first(where: { $0.phase == phase && $0.shard == nil && $0.part == nil })
    else { throw MissingWork(stage: stage, phase: phase) }
    return found
  }

  /// The committed shards of an earlier phase, in order.
  public func shards(of phase: String) -> [Checkpoint] {
    committed.filter { $0.phase == phase && $0.shard != nil }.sorted { $0.shard! < $1.shard! }
  }

  /// Starts a data file of this job, or of one shard that it makes.
  public func file(ending: String, shard: ShardID? = nil) throws -> DurableFile {
    let stem = shard.map { Checkpoint.stem(phase.name, shard: $0) } ?? stem
    return try DurableFile(at: artifact.path(of: stem + ending), on: artifact.disk)
  }

  /// Writes a data file of this job, or of one shard that it makes, whole.
  public func write(_ bytes: [UInt8], ending: String, shard: ShardID? = nil) throws -> CommittedFile {
    var file = try file(ending: ending, shard: shard)
    try file.write(bytes)
    return try file.finish()
  }

  /// Commits the job: after this it is never done again.
  public func commit(
    files: [CommittedFile] = [], rows: Int = 0, bytes: Int = 0, rejects: [String: Int] = [:],
    notes: [String: Note] = [:]
  ) throws {
    var notes = notes
    if shard == nil, case let made = made(), made > 0 || source != nil { notes[Self.shardsNote] = .integer(made) }
    try commit(
      Checkpoint(
        phase: phase.name, shard: shard?.shard, part: source == nil ? nil : part, key: key,
        files: files, rows: rows, bytes: bytes, rejects: rejects, notes: notes))
  }

  /// Commits one shard of a job that makes several: of a source, or of the whole input.
  public func commit(
    shard: ShardID, files: [CommittedFile], rows: Int, bytes: Int = 0, rejects: [String: Int] = [:],
    notes: [String: Note] = [:]
  ) throws {
    try commit(
      Checkpoint(
        phase: phase.name, shard: shard, key: key, files: files, rows: rows, bytes: bytes,
        rejects: rejects, notes: notes))
  }

  private func commit(_ checkpoint: Checkpoint) throws {
    try artifact.commit(checkpoint)
    announce(checkpoint)
  }

  /// Tells how far the job has come since it last told.
  ///
  /// - Parameter reused: of the items, those that were taken from an earlier artifact.
  public func advance(items: Int = 0, bytes: Int = 0, rejects: Int = 0, reused: Int? = nil) {
    report(RunEvent(.advanced, stage: stage, job: stem, items: items, bytes: bytes, rejects: rejects, reused: reused))
  }

  /// Tells a person something worth knowing, such as why training took a sample.
  public func note(_ message: String) {
    report(RunEvent(.note, stage: stage, job: stem, message: message))
  }
}

/// An input of a job.
public struct JobInput: Sendable {
  /// The stage that made it.
  public let stage: String
  public let artifact: Artifact
  public let recipe: Recipe
  /// All of it; nil while it is still being made (jobs on shards of the main input only).
  public let sealed: Manifest?

  public init(stage: String, artifact: Artifact, recipe: Recipe, sealed: Manifest?) {
    self.stage = stage
    self.artifact = artifact
    self.recipe = recipe
    self.sealed = sealed
  }

  /// The manifest, for jobs that only start when their input is sealed.
  public var manifest: Manifest {
    get throws {
      guard let sealed else { throw MissingWork(stage: stage, phase: "manifest") }
      return sealed
    }
  }
}

extension Job {
  /// What an input was made of: the artifacts of its own inputs, sealed.
  public func inputs(of input: JobInput) throws -> [JobInput] {
    try input.recipe.inputs.map { parent in
      let artifact = workspace.artifact(stage: parent.stage, key: parent.key)
      guard let manifest = try artifact.manifest() else {
        throw MissingWork(stage: parent.stage, phase: "manifest")
      }
      return JobInput(stage: parent.stage, artifact: artifact, recipe: manifest.recipe, sealed: manifest)
    }
  }

  /// How the main input is made, its main input, and so on to the beginning; they may still be in the making.
  public func recipes() throws -> [Recipe] {
    var line = inputs.prefix(1).map(\.recipe)
    while let last = line.last, let parent = last.inputs.first {
      guard let recipe = try workspace.artifact(stage: parent.stage, key: parent.key).recipe() else {
        throw MissingWork(stage: parent.stage, phase: "recipe")
      }
      line.append(recipe)
    }
    return line
  }

  /// The main input, its main input, and so on to the beginning.
  public func lineage() throws -> [JobInput] {
    var line = Array(inputs.prefix(1))
    while let last = line.last, let parent = try inputs(of: last).first { line.append(parent) }
    return line
  }
}

/// Committed work that a job builds on is not there: a fault of the plan, or a workspace that somebody changed during the run.
public struct MissingWork: Error, Sendable, CustomStringConvertible {
  public var stage: String
  public var phase: String

  public init(stage: String, phase: String) {
    self.stage = stage
    self.phase = phase
  }

  public var description: String {
    "the work \"\(phase)\" of stage \(stage) is not in the workspace; was something removed during the run? Run again"
  }
}
