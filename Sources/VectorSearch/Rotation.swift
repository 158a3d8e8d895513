import Tensors

/// One rotation on its way: the matrix, and the quantizer that goes with it.
struct Rotation: Sendable {
  private(set) var values: SquareMatrix
  private var quantizer: ProductQuantizer?
  private let parts: Int
  private let bits: Int
  /// The mean squared error on the sample of the last turn.
  private(set) var error = Double.infinity

  init(_ start: SquareMatrix, parts: Int, bits: Int) {
    values = start
    self.parts = parts
    self.bits = bits
  }

  static func matrix(_ square: SquareMatrix) -> Matrix {
    Matrix(rows: square.side, columns: square.side, values: square.values.map(Float.init))
  }

  /// Alternates between quantizing the turned sample and turning it towards its decoded codes.
  ///
  /// The state after the step of least error is kept: the start itself if no turn helps.
  ///
  /// - Parameter leastGain: ends the turns when four of them lowered the error by less than this share.
  mutating func turn(_ count: Int, on sample: Matrix, leastGain: Double = 0, options: TrainingOptions) throws {
    guard sample.rows > 0 else { return }
    var errors: [Double] = []
    var best: (values: SquareMatrix, quantizer: ProductQuantizer, error: Double)?
    for step in 0...count {
      try options.checkCancelled()
      let turned = try LinearTransform(matrix: Self.matrix(values))
        .applied(to: sample, threads: options.threads)
      let trained = try fitted(to: turned, options: options)
      let decoded = trained.decoded(
        trained.encoded(turned, threads: options.threads), threads: options.threads)
      let now = turned.squaredError(to: decoded) / Double(sample.rows)
      if best == nil || now < best!.error { best = (values, trained, now) }
      quantizer = trained
      errors.append(now)
      let hasGained = step < 4 || now <= errors[step - 4] * (1 - leastGain)
      guard step < count, hasGained else { break }
      var next = SquareMatrix.cross(decoded, sample, threads: options.threads)
      try next.makeOrthogonal()
      values = next
      options.progress?(Double(step + 1) / Double(count))
    }
    (values, quantizer, error) = (best!.values, best!.quantizer, best!.error)
  }

  /// A quantizer for the turned sample: the last one after an iteration of k-means, or a new one.
  private func fitted(to turned: Matrix, options: TrainingOptions) throws -> ProductQuantizer {
    if let quantizer {
      let codes = quantizer.encoded(turned, threads: options.threads)
      return try quantizer.refitted(to: turned, codes: codes, threads: options.threads)
    }
    var first = options
    first.iterations = 10
    first.progress = nil
    return try ProductQuantizer(training: turned, parts: parts, bits: bits, options: first)
  }
}
