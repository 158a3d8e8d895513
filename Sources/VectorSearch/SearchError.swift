import Tensors

/// Why a quantizer cannot be trained or an index not searched: what it is about, and what to do.
public struct SearchError: Error, Equatable, CustomStringConvertible {
  public enum Code: String, Sendable {
    /// The factory type is not readable or does not suit the dimension.
    case type
    /// Vectors of another dimension than needed.
    case dimension
    /// A value is NaN or infinite.
    case notFinite
    /// Too few vectors to train on.
    case tooFewVectors
    /// Parts of an index that do not belong together.
    case mismatch
    /// An argument out of its range.
    case argument
  }

  public let code: Code
  public let message: String

  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  public var description: String { message }
}

extension Matrix {
  /// Refuses vectors of another dimension and values that are no numbers.
  func checked(dimension: Int, what: String) throws -> Matrix {
    guard columns == dimension else {
      throw SearchError(.dimension, "\(what) have \(columns) values each, \(dimension) are needed")
    }
    if let bad = firstRowNotFinite {
      throw SearchError(.notFinite, "\(what): row \(bad) holds a value that is NaN or infinite")
    }
    return self
  }
}
