/// A sparse matrix in compressed rows: of each row the columns in ascending order and their values.
///
/// The three arrays are those of SciPy's `csr_matrix`: `rowOffsets` is `indptr`, `columnIndices` is `indices`, `values` is
/// `data`.
public struct SparseMatrix: Sendable, Equatable {
  public let columns: Int
  /// Row `r` lies at `rowOffsets[r]..<rowOffsets[r + 1]`.
  public private(set) var rowOffsets: [Int] = [0]
  public private(set) var columnIndices: [Int32] = []
  public internal(set) var values: [Double] = []

  public init(columns: Int) {
    precondition((0...Int(Int32.max)).contains(columns), "column numbers are 32-bit")
    self.columns = columns
  }

  public var rows: Int { rowOffsets.count - 1 }

  /// Where a row's entries lie.
  public func entries(ofRow row: Int) -> Range<Int> { rowOffsets[row]..<rowOffsets[row + 1] }

  /// Adds one entry to the row that is being written; its column is beyond the last one's.
  package mutating func append(column: Int32, value: Double) {
    columnIndices.append(column)
    values.append(value)
  }

  /// Ends the row that is being written.
  package mutating func endRow() { rowOffsets.append(values.count) }

  /// Adds another matrix's rows below.
  public mutating func append(contentsOf other: SparseMatrix) {
    precondition(other.columns == columns, "\(other.columns) columns below \(columns)")
    let shift = values.count
    columnIndices.append(contentsOf: other.columnIndices)
    values.append(contentsOf: other.values)
    rowOffsets.append(contentsOf: other.rowOffsets.dropFirst().map { $0 + shift })
  }

  /// Divides each row by its length; a row of length 0 stays.
  public mutating func normalize(_ norm: HashingOptions.Norm) {
    guard norm != .none else { return }
    for row in 0..<rows { normalize(norm, entries: entries(ofRow: row)) }
  }

  mutating func normalize(_ norm: HashingOptions.Norm, entries: Range<Int>) {
    var sum = 0.0
    switch norm {
    case .none: return
    case .l1: for entry in entries { sum += values[entry].magnitude }
    case .l2:
      for entry in entries { sum += values[entry] * values[entry] }
      sum = sum.squareRoot()
    }
    guard sum > 0 else { return }
    for entry in entries { values[entry] /= sum }
  }

  /// The columns of `kept`, renumbered by their place in it; every other entry is dropped.
  ///
  /// - Parameter slots: the new number of each column, or -1.
  func selecting(slots: [Int32], count: Int) -> SparseMatrix {
    var selected = SparseMatrix(columns: count)
    for row in 0..<rows {
      for entry in entries(ofRow: row) where slots[Int(columnIndices[entry])] >= 0 {
        selected.append(column: slots[Int(columnIndices[entry])], value: values[entry])
      }
      selected.endRow()
    }
    return selected
  }

  /// How many rows have an entry in each column.
  func rowsPerColumn() -> [Int64] {
    var counts = [Int64](repeating: 0, count: columns)
    for column in columnIndices { counts[Int(column)] += 1 }
    return counts
  }

  /// The products of one row with every row of another matrix: cosines, when both have rows of length 1.
  public func products(ofRow row: Int, with other: SparseMatrix) -> [Double] {
    precondition(other.columns == columns, "\(other.columns) columns times \(columns)")
    var dense = [Double](repeating: 0, count: columns)
    for entry in entries(ofRow: row) { dense[Int(columnIndices[entry])] = values[entry] }
    return (0..<other.rows).map { otherRow in
      other.entries(ofRow: otherRow).reduce(0.0) {
        $0 + other.values[$1] * dense[Int(other.columnIndices[$1])]
      }
    }
  }
}
