/// Why a picture cannot be decoded.
public struct ImageError: Error, Sendable, Equatable, CustomStringConvertible {
  public var code: RejectCode
  public var message: String

  public init(_ code: RejectCode, _ message: String) {
    self.code = code
    self.message = message
  }

  public var description: String { "\(code.rawValue): \(message)" }
}
