/// Why a Faiss file cannot be read: what is wrong, and at which byte.
public struct FaissError: Error, Equatable, CustomStringConvertible {
  public let offset: Int
  public let reason: String

  public init(offset: Int, _ reason: String) {
    self.offset = offset
    self.reason = reason
  }

  public var description: String { "not a usable Faiss index: \(reason) (at byte \(offset))" }
}
