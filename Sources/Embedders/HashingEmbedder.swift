internal import Artifacts
public import Tensors

/// Embeds texts by hashed term counts, inverse document frequencies and a projection.
///
/// For text where no language model is at hand or wanted: it needs no weights, and some 20 µs a text. Vectors are meant for
/// cosine; centering and scaling to unit length are left to normalize. A text of which no term is known is a row of zeros, which
/// has no direction: among rows of length 1 it would be the nearest by L2 to any query that is like none of them.
public struct HashingEmbedder: Embedder {
  public let identity: EmbedderIdentity
  private let state: HashingState
  private let vectorizer: HashingVectorizer
  private let weights: HashingWeights
  private let signs: SparseSigns
  /// The row of the fitted projection for each hashed column, or -1.
  private let slots: [Int32]

  /// Part of the identity: what changes when the same options and state give other vectors.
  static let algorithmVersion = "1"

  /// - Throws: `HashingError`
  public init(_ state: HashingState) throws {
    self.state = state
    let options = state.options
    vectorizer = try HashingVectorizer(options)
    weights = try HashingWeights(options, state.frequencies)
    signs = SparseSigns(dimensions: options.dimensions, seed: options.seed)
    var slots = [Int32](repeating: -1, count: state.projectedColumns.isEmpty ? 0 : options.features)
    for (slot, column) in state.projectedColumns.enumerated() { slots[Int(column)] = Int32(slot) }
    self.slots = slots
    identity = EmbedderIdentity(
      kind: "hashing", name: "hashing-\(options.analyzer.rawValue)-\(options.projection.rawValue)",
      version: Self.algorithmVersion,
      digest: Digest(of: "hashing \(Self.algorithmVersion) \(state.digest)").hex,
      dimension: options.vectorDimension)
  }

  /// Reads the state from its file's bytes.
  ///
  /// - Throws: `HashingError`
  public init(stateFile bytes: [UInt8]) throws { try self.init(HashingState(parsing: bytes)) }

  /// - Throws: `HashingError.content` for anything but a text.
  public func prepare(_ content: EmbedderContent) throws -> EmbedderContent {
    guard case .text = content else { throw HashingError.content(0) }
    return content
  }

  /// One row of `identity.dimension` values a text; a text without known terms is a row of zeros.
  ///
  /// - Throws: `HashingError.content` for anything but texts, `CancellationError`.
  public func embed(_ contents: [EmbedderContent]) async throws -> Matrix {
    let texts = try contents.enumerated().map { place, content in
      guard case .text(let text) = content else { throw HashingError.content(place) }
      return text
    }
    return try embed(texts)
  }

  /// One row of `identity.dimension` values a text.
  ///
  /// - Throws: `CancellationError`
  public func embed(_ texts: [String]) throws -> Matrix {
    var parts: [Matrix] = []
    for start in stride(from: 0, to: texts.count, by: Self.batch) {
      try Task.checkCancellation()
      parts.append(project(rows(Array(texts[start..<min(start + Self.batch, texts.count)]))))
    }
    if parts.count == 1 { return parts[0] }
    return Matrix(stacking: parts, columns: identity.dimension)
  }

  /// The weighted rows before the projection: `texts.count` × `features`.
  public func rows(_ texts: [String]) -> SparseMatrix {
    var rows = vectorizer.counts(of: texts)
    weights.apply(to: &rows)
    return rows
  }

  /// Texts whose sparse rows are held at a time.
  private static let batch = 256

  private func project(_ rows: SparseMatrix) -> Matrix {
    switch state.options.projection {
    case .svd: rows.selecting(slots: slots, count: state.projectedColumns.count).times(state.projection)
    case .random: signs.project(rows)
    case .none: rows.dense
    }
  }
}

extension SparseMatrix {
  /// The matrix with its zeros.
  var dense: Matrix {
    var dense = Matrix(rows: rows, columns: columns)
    for row in 0..<rows {
      for entry in entries(ofRow: row) { dense[row, Int(columnIndices[entry])] = Float(values[entry]) }
    }
    return dense
  }
}
