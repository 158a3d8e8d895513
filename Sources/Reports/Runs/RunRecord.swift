public import Artifacts

/// What is remembered of a run: `run.json` in its folder.
public struct RunRecord: Sendable, Codable {
  public static let format = 1

  public enum Outcome: String, Sendable, Codable {
    /// Not ended; the process may be dead.
    case running
    case done
    /// There was nothing to do.
    case fresh
    case failed
    case tooManyRejects
    case gateNotMet
    case interrupted

    public init(exitCode: Int, isFresh: Bool) {
      switch exitCode {
      case 0: self = isFresh ? .fresh : .done
      case 3: self = .tooManyRejects
      case 4: self = .gateNotMet
      case 130, 143: self = .interrupted
      default: self = .failed
      }
    }
  }

  /// What ended a run that did not end well.
  public struct Failure: Sendable, Codable {
    public var stage: String?
    public var job: String?
    public var message: String

    public init(stage: String? = nil, job: String? = nil, message: String) {
      self.stage = stage
      self.job = job
      self.message = message
    }
  }

  public struct Host: Sendable, Codable {
    public var cpus: Int
    public var cpu: String?
    /// Process id of the run.
    public var process: Int
  }

  /// Bytes.
  public struct Memory: Sendable, Codable {
    public var ceiling: Int
    /// Highest resident memory of the process, as the kernel counted it.
    public var peak: Int?
  }

  public var format = RunRecord.format
  public var request: RunRequest
  /// SHA-256 of the pipeline file's text.
  public var pipelineDigest: Digest
  /// ISO 8601, UTC.
  public var started: String
  public var ended: String?
  public var seconds: Double?
  public var outcome = Outcome.running
  public var exitCode: Int?
  public var error: Failure?
  public var memory: Memory
  public var host: Host
  /// In the plan's order.
  public var stages: [Stage]
  public var sources: [Source]
  /// What the run's gates decided, as far as they measured.
  public var gates: [StageGate]?

  public var rows: Int { stages.reduce(0) { $0 + ($1.rows ?? 0) } }
  public var rejected: Int { stages.reduce(0) { $0 + $1.rejected } }
}

/// What a run was asked to do.
public struct RunRequest: Sendable, Codable {
  /// The pipeline's name.
  public var pipeline: String
  /// Path of the pipeline file, as given.
  public var file: String
  /// The pipeline file as it was read.
  public var text: String
  /// Values of the file's parameters.
  public var parameters: [String: String]
  /// Those that `--set` gave.
  public var overrides: [String: String]
  public var jobs: Int
  /// Version of the binary.
  public var version: String

  public init(
    pipeline: String, file: String, text: String, parameters: [String: String] = [:], overrides: [String: String] = [:],
    jobs: Int, version: String
  ) {
    self.pipeline = pipeline
    self.file = file
    self.text = text
    self.parameters = parameters
    self.overrides = overrides
    self.jobs = jobs
    self.version = version
  }
}
