public import Artifacts

extension RunRecord {
  /// One stage of a run.
  public struct Stage: Sendable, Codable {
    public var name: String
    public var kind: String
    /// Version of the kind's algorithm.
    public var version: Int
    /// The options that decide the result, as canonical JSON.
    public var options: String
    /// What else decides it, such as the digest of a model, by name.
    public var materials: [String: String]
    public var inputs: [Recipe.Input]
    public var state: StageProgress.State
    /// Why it ran or was fresh.
    public var reason: String
    /// Folder of the artifact, within the workspace's `artifacts`.
    public var artifact: String
    public var key: Digest
    /// Rows and bytes of the artifact; nil as long as it is not sealed.
    public var rows: Int?
    public var bytes: Int?
    /// Rejects by code, of the whole artifact as far as it is committed.
    public var rejects: [String: Int] = [:]
    /// Seconds from its start to its end, seconds in which at least one of its jobs ran, seconds of all jobs together.
    public var seconds: Double?
    public var activeSeconds: Double
    public var busySeconds: Double
    /// Of what this run worked on itself, over the active seconds.
    public var itemsPerSecond: Double?
    public var bytesPerSecond: Double?
    /// Jobs that ended, and those of them that were taken from an earlier artifact or attempt.
    public var jobs: Int
    public var reusedJobs: Int
    /// Highest resident memory of the whole process while one of its jobs ran.
    public var peakMemory: Int?
    /// Rows that this run made and rows that it took from earlier artifacts, record by record or job by job, and rows of the artifact
    /// before that are no more; nil where nobody counts.
    public var made: Int?
    public var reused: Int?
    public var removed: Int?
    /// What was decided about training, if the stage trains.
    public var training: Training?
    /// What an index stage tried to choose a type, and to find how many lists to visit.
    public var trials: IndexTrials?
    public var tuning: IndexTrials?

    public var rejected: Int { rejects.values.reduce(0, +) }

    /// What it made and what it took from before; nil where nobody counts.
    public var reuse: RowReuse? {
      made.flatMap { made in reused.map { RowReuse(made: made, reused: $0, removed: removed) } }
    }
  }
}
