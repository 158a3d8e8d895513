import Artifacts
import Bundles
import Embedders
import IndexFormats
import Media
import Pipelines
import Registries
import Stages
import SystemPackage
import Tensors

extension ExitStatus {
  /// The one place that tells which error ends the program how.
  init(of error: any Error) {
    switch error {
    case let error as Failure: self = error.status
    case let error as StageError: self = Self.status(ofStage: error.cause)
    default: self = Self.status(of: error) ?? .stageFailed
    }
  }

  /// A stage that fails for a reason of its own is a failed stage; one that meets a full disk or a damaged file says that.
  private static func status(ofStage cause: any Error) -> ExitStatus {
    if cause is TooManyRejects { return .tooManyRejects }
    if cause is QualityGateNotMet || cause is ConstraintsNotMet { return .gateNotMet }
    if cause is SourceFault { return .invalidData }
    if cause is TooLittleMemory { return .configuration }
    return status(of: cause) ?? .stageFailed
  }

  private static func status(of error: any Error) -> ExitStatus? {
    switch error {
    case is InvalidPipeline, is CorruptFile, is OtherFormat, is NumpyError, is FaissError: .invalidData
    case let error as ArchiveError: error.code == .unreadable ? .ioError : .invalidData
    case let error as DiskError: error.isFull ? .cannotWrite : .ioError
    case let error as Errno: error == .noSpace || error == .diskQuotaExceeded ? .cannotWrite : .ioError
    case is RunLock.Taken: .locked
    case is TooLittleMemory: .configuration
    case let error as BundleError: status(of: error.code)
    case let error as RegistryError: status(of: error.code)
    case is ModelFileError: .invalidData
    case let error as IndexFormatError: status(of: error.code)
    case let error as CommandError: status(of: error)
    case let error as Interrupted: error.status
    default: nil
    }
  }

  private static func status(of code: BundleError.Code) -> ExitStatus {
    switch code {
    case .missing, .query: .usage
    case .damaged, .version, .source: .invalidData
    case .occupied: .cannotWrite
    case .io: .ioError
    }
  }

  private static func status(of code: RegistryError.Code) -> ExitStatus {
    switch code {
    case .reference, .missing, .refused: .usage
    case .taken, .moved: .locked
    case .damaged: .invalidData
    }
  }

  private static func status(of code: IndexFormatError.Code) -> ExitStatus? {
    switch code {
    case .condition: .usage
    case .invalid: .invalidData
    case .io: .ioError
    case .full: .cannotWrite
    case .shape: nil
    }
  }

  /// A program that cannot be started is a matter of the machine; one that breaks down is a stage's failure.
  private static func status(of error: CommandError) -> ExitStatus? {
    switch error {
    case .options, .program: .configuration
    case .content, .batch, .closed: nil
    }
  }
}
