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
  mutating func turn(_ count: Int, on sample: Matrix, options: TrainingOptions) throws {
    var best: (values: SquareMatrix, quantizer: ProductQuantizer, error: Double)?
    for step in 0...count {
      try options.checkCancelled()
      var inner = options
      inner.iterations = quantizer == nil ? 10 : 4
      inner.progress = nil
      let turned = try LinearTransform(matrix: Self.matrix(values))
        .applied(to: sample, threads: options.threads)
      let trained = try ProductQuantizer(
        training: turned, parts: parts, bits: bits, initial: quantizer?.centroids, options: inner)
      let decoded = trained.decoded(trained.encoded(turned, threads: options.threads))
      let now = Self.meanSquare(turned, decoded)
      if best == nil || now < best!.error { best = (values, trained, now) }
      quantizer = trained
      guard step < count else { break }
      var next = SquareMatrix.cross(decoded, sample, threads: options.threads)
      try next.makeOrthogonal()
      values = next
      options.progress?(Double(step + 1) / Double(count))
    }
    (values, quantizer, error) = (best!.values, best!.quantizer, best!.error)
  }

  private static func meanSquare(_ a: Matrix, _ b: Matrix) -> Double {
    var sum = 0.0
    for (x, y) in zip(a.values, b.values) { sum += Double(x - y) * Double(x - y) }
    return sum / Double(max(1, a.rows))
  }
}
