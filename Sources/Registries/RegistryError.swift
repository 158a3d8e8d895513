/// Why something cannot be found in a registry, or not be changed there.
public struct RegistryError: Error, Sendable, Equatable, CustomStringConvertible {
  public enum Code: String, Sendable {
    /// The text is no name, alias or reference.
    case reference
    /// There is no such name, version or alias.
    case missing
    /// Another process is changing the same name.
    case taken
    /// An alias is not where it was when the change was decided.
    case moved
    /// The change makes no sense as things stand, such as promoting a retired version.
    case refused
    /// The bytes of a version are not what was published.
    case damaged
  }

  public let code: Code
  /// The name, version or alias at fault.
  public let subject: String
  public let reason: String

  public init(_ code: Code, _ subject: String, _ reason: String) {
    self.code = code
    self.subject = subject
    self.reason = reason
  }

  public var description: String { "\(subject): \(reason)" }
}
