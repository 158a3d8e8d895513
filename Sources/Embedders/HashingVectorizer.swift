/// Counts the terms of texts in hashed columns, as scikit-learn's HashingVectorizer does: the same columns, the same values.
///
/// Column and sign come from MurmurHash3 of the term's UTF-8 (Weinberger et al., "Feature hashing for large scale multitask
/// learning", 2009). There is nothing to fit, so shards are counted apart.
public struct HashingVectorizer: Sendable {
  public let options: HashingOptions
  private let tokenizer: Tokenizer

  /// - Throws: `HashingError.options`
  public init(_ options: HashingOptions) throws {
    try options.validate()
    self.options = options
    tokenizer = Tokenizer(options)
  }

  /// One row a text, divided by its norm: `texts.count` × `options.features`.
  ///
  /// Weights by frequency are no part of this; `HashingEmbedder` has them.
  public func transform(_ texts: [String]) -> SparseMatrix {
    var matrix = counts(of: texts)
    matrix.normalize(options.norm)
    return matrix
  }

  /// The signed counts alone. A column whose terms cancel out is kept, with the value 0, as scikit-learn keeps it.
  func counts(of texts: [String]) -> SparseMatrix {
    var matrix = SparseMatrix(columns: options.features)
    for text in texts { appendCounts(of: text, to: &matrix) }
    return matrix
  }

  func appendCounts(of text: String, to matrix: inout SparseMatrix) {
    let terms = tokenizer.terms(of: text)
    var keys: [UInt32] = []
    keys.reserveCapacity(terms.ranges.count)
    for range in terms.ranges { keys.append(key(MurmurHash3.hash(terms.bytes, range))) }
    keys.sort()
    var place = 0
    while place < keys.count {
      let column = keys[place] >> 1
      var sum = 0
      while place < keys.count, keys[place] >> 1 == column {
        sum += keys[place] & 1 == 0 ? 1 : -1
        place += 1
      }
      matrix.append(column: Int32(column), value: options.binary ? 1 : Double(sum))
    }
    matrix.endRow()
  }

  /// The column in the upper 31 bits, and 1 in the lowest for a term that counts -1.
  @inline(__always)
  private func key(_ hash: Int32) -> UInt32 {
    let features = UInt32(options.features)
    let column = hash == .min ? ((1 << 31) - features) % features : hash.magnitude % features
    return column << 1 | (options.alternateSign && hash < 0 ? 1 : 0)
  }
}
