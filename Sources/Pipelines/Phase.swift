/// A step of a stage, of which every job is alike: the unit that is checkpointed, resumed and sent to other machines.
public struct Phase: Sendable, Hashable {
  /// What there is one job for.
  public enum Scope: Sendable, Hashable {
    /// Nothing: one job that reads no input, such as laying a model's file beside what it will make.
    case once
    /// Each source: a job reads one archive and commits shard after shard of it.
    case source
    /// Each shard of the main input, as soon as that is committed.
    case shard
    /// The whole input: one job, when all inputs are sealed and the phases before it are done.
    case whole
  }

  /// The name, a verb: "embed", "train".
  public var name: String
  public var scope: Scope
  /// Whether the shards that this phase commits are the artifact's own.
  public var isOutput: Bool
  /// Whether its job uses all threads of the run; otherwise it uses one.
  public var isParallel: Bool
  /// The earlier phases on the whole whose files its jobs read, if they read nothing else of the earlier phases: then the files'
  /// digests stand in the jobs' keys, and work is reused where the same came out. Nil for all of them, as jobs with keys of their own.
  public var uses: [String]?
  /// Whether its jobs may take over what the recipe keeps of an earlier artifact.
  public var inherits: Bool

  public init(
    _ name: String, _ scope: Scope, isOutput: Bool = false, isParallel: Bool = false, uses: [String]? = nil,
    inherits: Bool = false
  ) {
    self.name = name
    self.scope = scope
    self.isOutput = isOutput
    self.isParallel = isParallel
    self.uses = uses
    self.inherits = inherits
  }
}
