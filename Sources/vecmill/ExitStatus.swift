/// How the program ends, as a shell, cron, systemd or make sees it.
enum ExitStatus: Int32, Sendable {
  /// Done, or nothing to do.
  case success = 0
  /// A stage failed; what was committed stays, and the next run goes on from there.
  case stageFailed = 1
  case tooManyRejects = 3
  case gateNotMet = 4
  case usage = 64
  /// A pipeline, bundle or data file is invalid.
  case invalidData = 65
  /// Something cannot be written: the disk is full, or the target is taken.
  case cannotWrite = 73
  case ioError = 74
  /// Another run has the workspace: try again.
  case locked = 75
  case configuration = 78
  case interrupted = 130
  case terminated = 143

  /// The word for it in JSON.
  var code: String {
    switch self {
    case .success: "success"
    case .stageFailed: "stage-failed"
    case .tooManyRejects: "too-many-rejects"
    case .gateNotMet: "gate-not-met"
    case .usage: "usage"
    case .invalidData: "invalid-data"
    case .cannotWrite: "cannot-write"
    case .ioError: "io-error"
    case .locked: "locked"
    case .configuration: "configuration"
    case .interrupted: "interrupted"
    case .terminated: "terminated"
    }
  }
}
