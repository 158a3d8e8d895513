/// Which line of a `.records.jsonl` is wrong, and why.
public struct RecordCodecError: Error, Sendable, Equatable, CustomStringConvertible {
  /// From 1.
  public var line: Int
  public var reason: String
  public var description: String { "line \(line): \(reason)" }
}
