public import Tensors

/// A column of a Parquet file.
public struct ParquetColumn: Sendable, Equatable {
  public enum Kind: Sendable, Equatable {
    case int32, int64, double, bool
    /// UTF-8 text.
    case string
    /// A list of as many 32-bit floats in every row; never null.
    case vector(dimension: Int)
  }

  public var name: String
  public var kind: Kind
  /// Whether rows may have no value.
  public var isOptional: Bool

  public init(_ name: String, _ kind: Kind, optional: Bool = false) {
    self.name = name
    self.kind = kind
    if case .vector = kind { precondition(!optional, "a vector column is never null") }
    isOptional = optional
  }

  /// Parquet's number of the type in which the values are stored.
  var physicalType: Int {
    switch kind {
    case .bool: 0
    case .int32: 1
    case .int64: 2
    case .vector: 4
    case .double: 5
    case .string: 6
    }
  }

  /// From the top of the schema to the leaf.
  var path: [String] {
    if case .vector = kind { [name, "list", "element"] } else { [name] }
  }
}

/// The values of one column for a run of rows; nil where a row has none.
public enum ParquetValues: Sendable {
  case int32([Int32?])
  case int64([Int64?])
  case double([Double?])
  case bool([Bool?])
  case string([String?])
  case vector(Matrix)

  var count: Int {
    switch self {
    case .int32(let values): values.count
    case .int64(let values): values.count
    case .double(let values): values.count
    case .bool(let values): values.count
    case .string(let values): values.count
    case .vector(let matrix): matrix.rows
    }
  }
}
