internal import Tensors

/// Fits the hashing embedder: weights from the whole corpus' document frequencies, the projection on a sample of its texts.
///
/// Add the sampled texts in the corpus' order, in as many calls as convenient, then `fit`. The same texts in the same order
/// give the same bytes, at any width.
public struct HashingFitter: Sendable {
  private let options: HashingOptions
  private let frequencies: DocumentFrequencies?
  private let vectorizer: HashingVectorizer
  private let weights: HashingWeights
  private var sample: SparseMatrix

  /// - Parameter frequencies: of the whole corpus; may be nil without idf.
  /// - Throws: `HashingError.options`, `HashingError.frequencies`
  public init(_ options: HashingOptions, frequencies: DocumentFrequencies?) throws {
    self.options = options
    self.frequencies = options.idf ? frequencies : nil
    vectorizer = try HashingVectorizer(options)
    weights = try HashingWeights(options, frequencies)
    sample = SparseMatrix(columns: options.features)
  }

  /// Which texts of a corpus of `count` to add: ascending numbers, at most `options.sample`, chosen by `options.seed`; none
  /// unless the projection is fitted.
  public static func sampledRows(of count: Int, _ options: HashingOptions) -> [Int] {
    guard options.projection == .svd else { return [] }
    var random = SeededRandom(seed: options.seed)
    return random.sample(options.sample, below: count)
  }

  /// Adds texts of the sample; nothing is kept of them unless the projection is fitted.
  public mutating func add(_ texts: [String]) {
    guard options.projection == .svd else { return }
    var rows = vectorizer.counts(of: texts)
    weights.apply(to: &rows)
    sample.append(contentsOf: rows)
  }

  /// The fitted state.
  ///
  /// - Parameter width: tasks at a time.
  /// - Throws: `CancellationError`; `HashingError.state` when there is no text to fit on.
  public func fit(width: Int) async throws -> HashingState {
    guard options.projection == .svd else {
      return try HashingState(options: options, frequencies: frequencies)
    }
    let columns = keptColumns()
    guard !columns.isEmpty else {
      throw HashingError.state("the sample of \(sample.rows) texts has no terms to fit a projection on")
    }
    var slots = [Int32](repeating: -1, count: options.features)
    for (slot, column) in columns.enumerated() { slots[Int(column)] = Int32(slot) }
    let svd = RandomizedSVD(rank: options.dimensions, seed: options.seed, width: width)
    let result = try await svd(sample.selecting(slots: slots, count: columns.count))
    return try HashingState(
      options: options, frequencies: frequencies, projectedColumns: columns, projection: result.vectors)
  }

  /// The columns of most texts of the sample, at most `fittedColumns`, ascending.
  private func keptColumns() -> [Int32] {
    let counts = sample.rowsPerColumn()
    let seen = counts.indices.filter { counts[$0] > 0 }
    guard seen.count > options.fittedColumns else { return seen.map(Int32.init) }
    let byCount = seen.sorted { (-counts[$0], $0) < (-counts[$1], $1) }
    return byCount.prefix(options.fittedColumns).sorted().map(Int32.init)
  }
}
