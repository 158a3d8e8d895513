public import Tensors

/// What the hashing embedder learned from a corpus: document frequencies, and the projection of the columns that it kept.
public struct HashingState: Sendable, Equatable {
  public let options: HashingOptions
  /// Nil without idf.
  public let frequencies: DocumentFrequencies?
  /// The hashed columns that the projection keeps, ascending; empty unless the projection is `svd`.
  public let projectedColumns: [Int32]
  /// One row of `dimensions` values for each of `projectedColumns`.
  public let projection: Matrix

  /// - Throws: `HashingError.state`, `HashingError.options`
  init(
    options: HashingOptions, frequencies: DocumentFrequencies?, projectedColumns: [Int32] = [],
    projection: Matrix? = nil
  ) throws {
    try options.validate()
    let projection = projection ?? Matrix(rows: 0, columns: options.dimensions)
    guard projection.rows == projectedColumns.count, projection.columns == options.dimensions else {
      throw HashingError.state(
        "the projection is \(projection.rows)×\(projection.columns) for \(projectedColumns.count) columns and "
          + "\(options.dimensions) dimensions")
    }
    guard (frequencies != nil) == options.idf, (options.projection == .svd) == (projection.rows > 0) else {
      throw HashingError.state("it has parts that its options do not ask for, or lacks some")
    }
    var last: Int32 = -1
    for column in projectedColumns {
      guard column > last, column < options.features else {
        throw HashingError.state("column \(column) follows \(last) of \(options.features)")
      }
      last = column
    }
    self.options = options
    self.frequencies = frequencies
    self.projectedColumns = projectedColumns
    self.projection = projection
  }

  /// The state of options that need no corpus: `idf: false` with `projection: random` or `none`.
  ///
  /// - Throws: `HashingError.options` for any others.
  public init(unfitted options: HashingOptions) throws {
    guard !options.isFitted else {
      throw HashingError.options("idf and projection svd are fitted on a corpus; there is none")
    }
    try self.init(options: options, frequencies: nil)
  }
}
