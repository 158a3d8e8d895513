/// Something that happened in a run: what bars, lines, `--progress json`, trace.jsonl and the report are made of.
public struct RunEvent: Sendable, Codable {
  public enum Kind: String, Sendable, Codable {
    /// The run begins: `message` is the pipeline's name, `total` the number of stages.
    case runStarted
    /// A stage will run or is fresh: `message` says why, `isFresh` which.
    case planned
    case stageStarted
    /// How many items (`total`) or bytes (`totalBytes`) the stage has before it is known now.
    case expected
    case jobStarted
    /// `items`, `bytes`, `rejects` since the job's last event.
    case advanced
    /// `items` rows and `rejects` of the whole job; `isReused` if it was taken from an earlier artifact or attempt.
    case jobEnded
    case note
    /// `items` and `rejects` of the whole stage; `removed`, where somebody counts.
    case stageEnded
    case stageFailed
    case runEnded
  }

  public var event: Kind
  /// Seconds since the run began; filled in by the run.
  public var time: Double = 0
  public var stage: String?
  public var job: String?
  public var items: Int?
  public var bytes: Int?
  public var rejects: Int?
  public var total: Int?
  public var totalBytes: Int?
  public var seconds: Double?
  /// Resident memory of the process, in bytes.
  public var memory: Int?
  public var isFresh: Bool?
  public var isReused: Bool?
  /// Of the items, those taken from an earlier artifact one by one.
  public var reused: Int?
  /// Rows of the artifact before that are no more.
  public var removed: Int?
  public var message: String?

  public init(
    _ event: Kind, stage: String? = nil, job: String? = nil, items: Int? = nil, bytes: Int? = nil,
    rejects: Int? = nil, total: Int? = nil, totalBytes: Int? = nil, seconds: Double? = nil,
    isFresh: Bool? = nil, isReused: Bool? = nil, reused: Int? = nil, removed: Int? = nil, message: String? = nil
  ) {
    self.event = event
    self.stage = stage
    self.job = job
    self.items = items
    self.bytes = bytes
    self.rejects = rejects
    self.total = total
    self.totalBytes = totalBytes
    self.seconds = seconds
    self.isFresh = isFresh
    self.isReused = isReused
    self.reused = reused
    self.removed = removed
    self.message = message
  }
}
