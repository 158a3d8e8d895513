public import SystemPackage

/// A call to the file system that failed: what was tried, on which path, and what the system said.
public struct DiskError: Error, Sendable, Equatable, CustomStringConvertible {
  public enum Operation: String, Sendable {
    case open, create, read, write, sync, rename, link, list, remove, inspect, lock, map
    case makeFolder = "make the folder"
    case syncFolder = "sync the folder of"
  }

  public var operation: Operation
  public var path: FilePath
  public var errno: Errno
  /// Bytes that the failed call still had to write, where that is known: what a full disk lacks.
  public var bytesNeeded: Int?

  public init(_ operation: Operation, _ path: FilePath, _ errno: Errno, bytesNeeded: Int? = nil) {
    self.operation = operation
    self.path = path
    self.errno = errno
    self.bytesNeeded = bytesNeeded
  }

  /// Whether more room would help.
  public var isFull: Bool { errno == .noSpace || errno == .diskQuotaExceeded || errno == .fileTooLarge }

  public var description: String {
    var text = "cannot \(operation.rawValue) \(path): \(errno)"
    if isFull, let bytesNeeded { text += "; \(bytesNeeded) more bytes are needed here" }
    return text
  }
}
