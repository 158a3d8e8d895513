/// Why a text is no JSON that Vecmill takes.
public struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
  /// `badJSON`, `tooDeep` or `notUTF8`.
  public var code: RejectCode
  /// Byte of the text, from 0.
  public var position: Int
  public var message: String

  public var description: String { "\(message) at byte \(position)" }
}
