/// One option of a stage kind: what drives parsing, `vecmill schema`, the documentation and the key.
public struct OptionSpec: Sendable {
  /// The shapes a value can have.
  public indirect enum Shape: Sendable {
    case bool
    /// A whole number in the range.
    case integer(ClosedRange<Int>)
    /// Any number in the range.
    case number(ClosedRange<Double>)
    case text
    /// One of these words.
    case choice([String])
    /// Bytes: a number, or text such as 64MiB.
    case size
    /// A share such as 1%, or a count.
    case shareOrCount
    /// Seconds: a number, or text such as 30s, 5m.
    case duration
    /// The name of a stage, which becomes one more input, behind the main ones.
    case stage
    case list(of: Shape)
    /// A map with these keys and no others.
    case map([OptionSpec])
    /// A map with any keys, each with a value of this shape.
    case dictionary(of: Shape)
    /// Any of these, the first that fits.
    case either([Shape])
  }

  public var name: String
  public var shape: Shape
  /// What is taken when the file says nothing; nil makes the option required, `.null` leaves it absent.
  public var defaultValue: OptionValue?
  public var summary: String
  /// Whether another value gives another artifact. Options of execution only (a time limit, a destination) are no part of the key.
  public var isPartOfKey: Bool

  public init(
    _ name: String, _ shape: Shape, default defaultValue: OptionValue? = nil, key: Bool = true,
    _ summary: String
  ) {
    self.name = name
    self.shape = shape
    self.defaultValue = defaultValue
    self.summary = summary
    isPartOfKey = key
  }
}
