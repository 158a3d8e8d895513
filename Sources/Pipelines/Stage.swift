public import Artifacts

/// A stage of a pipeline, its options checked: it says what it will make and does the work of one job at a time.
///
/// A stage is a value without state. All that its jobs share lies in committed files, so that any process that has the plan and
/// the workspace can do any job, and doing one twice is harmless.
public protocol Stage: Sendable {
  /// What the stage makes, known from its options and the types of its inputs.
  var output: ArtifactType { get }

  /// The steps of its work, in order.
  var phases: [Phase] { get }

  /// Globs and folders that the stage reads from outside the workspace; none by default.
  var sourcePatterns: [String] { get }

  /// Whether a path that a pattern matches is a source at all; companions of sources are not. All are by default.
  func isSource(_ path: String) -> Bool

  /// Whether one source comes before another, by their names; the order of their bytes by default.
  func precedes(_ one: String, _ other: String) -> Bool

  /// Whether what is made of a source depends on those before it, as where rows are numbered across files. Not by default.
  var numbersAcrossSources: Bool { get }

  /// What of all sources together decides what a job makes of one, such as their size; nil, the default, for nothing.
  func settings(among sources: [Source]) -> String?

  /// Whether the stage judges its input and throws where that is not good enough; not by default.
  var isGate: Bool { get }

  /// Whether the stage puts results where others use them: it waits until every gate on what it is made from let it pass.
  var isPublication: Bool { get }

  /// What decides the result beside options and inputs, such as the digest of a built-in model, by name. None by default.
  func materials() throws -> [String: String]

  /// As `materials()`, for stages to which the workspace's registry matters, such as the digest of today's champion.
  func materials(in workspace: Workspace) throws -> [String: String]

  /// How many rejects end the stage in failure; nil for no limit, the default.
  var rejectLimit: RejectLimit? { get }

  /// Bytes that a job of the phase needs at its peak, whatever it works on; what `--memory` is shared out by.
  func memory(of phase: Phase, threads: Int) -> Int

  /// The same where the whole input has no more than so many rows; by default they do not matter.
  func memory(of phase: Phase, threads: Int, rows: Int) -> Int

  /// Files that lie beside a source and belong to it: what is made of the source depends on them. None by default.
  func companions(of path: String) -> [String]

  /// What the stage takes over from its last artifact, if there is one; nil, the default, for nothing.
  var inheritance: Inheritance? { get }

  /// What the next run would find that it need not do, a sentence each. Nothing by default.
  func forecast(_ recipe: Recipe, _ artifact: Artifact, in workspace: Workspace) throws -> [String]

  /// What of stages further back decides what a job makes of a shard, beside the shard's content; nil, the default, for nothing.
  func settings(behind recipe: Recipe, in workspace: Workspace) throws -> String?

  /// Does a job and commits what it made.
  ///
  /// It must give the same bytes every time, must check for cancellation about every tenth of a second, and must commit by
  /// the job's own functions only.
  func run(_ job: Job) async throws

  /// Holds all that the stage's jobs committed against its ceilings, just before the artifact is sealed; nothing by default.
  func check(_ checkpoints: [Checkpoint]) throws

  /// Writes what belongs to the artifact as a whole, when all jobs are done: an index over its shards. Nothing by default.
  func finish(_ closing: Closing) throws -> Closing.Outcome

  /// Why a sealed artifact has to be made again all the same; nil, the default, if it stands. For results outside the workspace.
  func staleness(of summary: Summary) -> String?

  /// As `staleness(of:)`, for results that lie in the workspace's registry.
  func staleness(of summary: Summary, in workspace: Workspace) -> String?
}

extension Stage {
  public var sourcePatterns: [String] { [] }
  public func materials() throws -> [String: String] { [:] }
  public func materials(in workspace: Workspace) throws -> [String: String] { try materials() }
  public var rejectLimit: RejectLimit? { nil }
  public func isSource(_ path: String) -> Bool { true }
  public func precedes(_ one: String, _ other: String) -> Bool { one.utf8.lexicographicallyPrecedes(other.utf8) }
  public var numbersAcrossSources: Bool { false }
  public var isGate: Bool { false }
  public var isPublication: Bool { false }
  public func memory(of phase: Phase, threads: Int) -> Int { 64 << 20 }
  public func memory(of phase: Phase, threads: Int, rows: Int) -> Int { memory(of: phase, threads: threads) }
  public func check(_ checkpoints: [Checkpoint]) throws {}
  public func settings(among sources: [Source]) -> String? { nil }
  public func settings(behind recipe: Recipe, in workspace: Workspace) throws -> String? { nil }
  public func companions(of path: String) -> [String] { [] }
  public var inheritance: Inheritance? { nil }
  public func forecast(_ recipe: Recipe, _ artifact: Artifact, in workspace: Workspace) throws -> [String] { [] }
  public func finish(_ closing: Closing) throws -> Closing.Outcome { Closing.Outcome() }
  public func staleness(of summary: Summary) -> String? { nil }
  public func staleness(of summary: Summary, in workspace: Workspace) -> String? { staleness(of: summary) }
}

/// What a stage takes over from its last artifact instead of making it anew, such as a quantizer.
public struct Inheritance: Sendable, Hashable {
  /// The phase whose files are taken over.
  public var phase: String
  /// By which rule, with its figures: a part of the key.
  public var rule: String
  /// What happens, for people: "keeps its quantizer".
  public var words: String

  public init(phase: String, rule: String, words: String) {
    self.phase = phase
    self.rule = rule
    self.words = words
  }
}

/// A stage whose jobs are all done, right before it is sealed.
public struct Closing: Sendable {
  public let recipe: Recipe
  public let artifact: Artifact
  public let workspace: Workspace
  /// In the manifest's order.
  public let checkpoints: [Checkpoint]
  /// The artifact's own shards, in order.
  public let shards: [Checkpoint]

  /// What was written, and what was found on the way.
  public struct Outcome: Sendable {
    public var files: [CommittedFile]
    /// Rows of the artifact before this one that are no more; nil where there was none or nobody counts.
    public var removed: Int?

    public init(files: [CommittedFile] = [], removed: Int? = nil) {
      self.files = files
      self.removed = removed
    }
  }
}

/// How many rejects a stage may have before it fails.
public enum RejectLimit: Sendable, Hashable, CustomStringConvertible {
  case count(Int)
  /// Of all that was seen, in 0...1.
  case share(Double)

  public func isBroken(rejects: Int, rows: Int) -> Bool {
    switch self {
    case .count(let limit): rejects > limit
    case .share(let limit): Double(rejects) > limit * Double(rejects + rows)
    }
  }

  public var description: String {
    switch self {
    case .count(let limit): "\(limit)"
    case .share(let limit): "\((limit * 100_000).rounded() / 1000)%"
    }
  }
}
