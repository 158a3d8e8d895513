internal import Tensors

/// In how many texts each hashed column occurs: counted shard by shard, merged in any order to the same numbers.
public struct DocumentFrequencies: Sendable, Equatable {
  /// Texts counted.
  public private(set) var documents: Int64 = 0
  /// One count a column.
  public private(set) var counts: [Int64]

  public init(features: Int) { counts = [Int64](repeating: 0, count: features) }

  /// Counts the rows of a matrix of term counts.
  mutating func add(_ matrix: SparseMatrix) {
    precondition(matrix.columns == counts.count, "\(matrix.columns) columns into \(counts.count)")
    documents += Int64(matrix.rows)
    for column in matrix.columnIndices { counts[Int(column)] += 1 }
  }

  /// Counts a shard's texts.
  public mutating func add(_ texts: [String], by vectorizer: HashingVectorizer) {
    add(vectorizer.counts(of: texts))
  }

  /// Adds another shard's counts.
  ///
  /// - Throws: `HashingError.frequencies` when the other has another number of columns.
  public mutating func merge(_ other: DocumentFrequencies) throws {
    guard other.counts.count == counts.count else {
      throw HashingError.frequencies("\(other.counts.count) features beside \(counts.count)")
    }
    documents += other.documents
    for column in counts.indices { counts[column] += other.counts[column] }
  }
}

extension DocumentFrequencies {
  /// A `.npy` file of shape (1 + occurring columns, 2), `<i8`: first (texts, features), then (column, count), by column.
  public var numpyBytes: [UInt8] {
    var pairs: [Int64] = [documents, Int64(counts.count)]
    for (column, count) in counts.enumerated() where count > 0 { pairs += [Int64(column), count] }
    var bytes = NumpyHeader(element: .int64, shape: [pairs.count / 2, 2]).bytes
    for value in pairs { bytes.append(littleEndian: value) }
    return bytes
  }

  /// Reads what `numpyBytes` wrote.
  ///
  /// - Throws: `HashingError.frequencies`, `NumpyError`
  public init(parsing bytes: [UInt8]) throws {
    let header = try NumpyHeader(parsing: bytes)
    guard header.element == .int64, header.shape.count == 2, header.shape[1] == 2, header.shape[0] >= 1,
      bytes.count == header.dataOffset + header.shape[0] * 16
    else { throw HashingError.frequencies("the file is not (rows, 2) of <i8, or cut short") }
    var reader = ByteReader(bytes, at: header.dataOffset)
    documents = reader.number()
    let features: Int64 = reader.number()
    guard documents >= 0, (1...1 << 30).contains(features) else {
      throw HashingError.frequencies("\(documents) texts, \(features) features")
    }
    counts = [Int64](repeating: 0, count: Int(features))
    for _ in 1..<header.shape[0] {
      let (column, count): (Int64, Int64) = (reader.number(), reader.number())
      guard (0..<features).contains(column), (1...documents).contains(count) else {
        throw HashingError.frequencies("column \(column) of \(features) with count \(count)")
      }
      counts[Int(column)] = count
    }
  }
}
