public import Tensors

extension ProductQuantizer {
  /// Trains a quantizer on a sample: k-means in every part.
  ///
  /// A sample of fewer vectors than centroids is taken as the centroids, repeated.
  ///
  /// - Parameter initial: centroids to start from, in the shape of `centroids`.
  /// - Throws: `SearchError` if the dimension does not fit or the sample is empty, `CancellationError`.
  public init(
    training sample: Matrix, parts: Int, bits: Int, initial: Matrix? = nil, options: TrainingOptions
  ) throws {
    guard sample.rows > 0 else {
      throw SearchError(.tooFewVectors, "a product quantizer cannot be trained on no vectors")
    }
    guard parts > 0, sample.columns % parts == 0 else {
      throw SearchError(.dimension, "\(parts) parts do not divide a dimension of \(sample.columns)")
    }
    let sample = options.sampled(sample, centroids: 1 << bits)
    let width = sample.columns / parts
    let done = Progress(of: parts, report: options.progress)
    // Parts are independent: they take a thread each as long as there are enough of them.
    let across = min(parts, options.threads)
    let trained = parallelMap(parts, threads: across) { range -> Result<Matrix, any Error> in
      let part = range.lowerBound
      let points = sample.columns(part * width..<(part + 1) * width)
      let start = initial?[rows: part << bits..<(part + 1) << bits]
      let inner = options.part(part, threads: max(1, options.threads / across))
      let result = Result { try Self.centroids(points, bits: bits, initial: start, options: inner) }
      done.advance()
      return result
    }
    try self.init(
      dimension: sample.columns, parts: parts, bits: bits,
      centroids: Matrix(stacking: trained.map { try $0.get() }, columns: width))
  }

  private static func centroids(
    _ points: Matrix, bits: Int, initial: Matrix?, options: TrainingOptions
  ) throws -> Matrix {
    let count = 1 << bits
    guard points.rows > count else {
      return points.gathering((0..<count).map { $0 % points.rows })
    }
    guard count == 256 else {
      return try KMeans(points, clusters: count, initial: initial, options: options).centroids
    }
    try options.checkCancelled()
    let start = initial ?? KMeans.start(points, clusters: count, seed: options.seed)
    return try pruned(points, start: start, options: options)
  }
}

extension Matrix {
  /// Some columns of every row.
  func columns(_ range: Range<Int>) -> Matrix {
    var cut: [Float] = []
    cut.reserveCapacity(rows * range.count)
    for row in 0..<rows {
      cut.append(contentsOf: values[row * columns + range.lowerBound..<row * columns + range.upperBound])
    }
    return Matrix(rows: rows, columns: range.count, values: cut)
  }
}
