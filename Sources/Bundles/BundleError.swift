public import SystemPackage

/// Why a bundle cannot be written, opened or asked.
public struct BundleError: Error, Equatable, CustomStringConvertible {
  public enum Code: String, Sendable {
    /// There is no bundle at the path.
    case missing
    /// A file of the bundle is missing or not what was exported.
    case damaged
    /// The bundle is of a version that this program does not read.
    case version
    /// The target of an export is something that may not be replaced.
    case occupied
    /// The question does not fit the bundle: another embedder, another dimension, no such id.
    case query
    /// An archive that a record names is not where the bundle says, or holds other bytes.
    case source
    /// The operating system refused.
    case io
  }

  public let code: Code
  /// The file, folder or item at fault.
  public let subject: String
  public let reason: String

  public init(_ code: Code, _ subject: String, _ reason: String) {
    self.code = code
    self.subject = subject
    self.reason = reason
  }

  public init(_ code: Code, _ subject: FilePath, _ reason: String) { self.init(code, subject.string, reason) }

  public var description: String { "\(subject): \(reason)" }
}
