import Artifacts
import SystemPackage

/// Why an export or one of its files cannot be written or read.
public struct IndexFormatError: Error, Equatable, CustomStringConvertible {
  public enum Code: String, Sendable {
    /// The caller's rows, columns or vectors do not fit what was announced.
    case shape
    /// A file is damaged, cut short or of another version.
    case invalid
    /// A condition on items is not usable.
    case condition
    /// The operating system refused.
    case io
    /// There is no room, or a file would be larger than is allowed.
    case full
  }

  public let code: Code
  /// The file, column or condition at fault.
  public let subject: String
  public let reason: String

  public init(_ code: Code, _ subject: String, _ reason: String) {
    self.code = code
    self.subject = subject
    self.reason = reason
  }

  init(_ code: Code, _ subject: FilePath, _ reason: String) {
    self.init(code, subject.string, reason)
  }

  /// A refusal of the system, told apart from a full disk.
  init(_ errno: Errno, _ subject: FilePath, _ reason: String) {
    self.init(DiskError(.write, subject, errno).isFull ? .full : .io, subject.string, "\(reason): \(errno)")
  }

  public var description: String { "\(subject): \(reason)" }
}
