import CKernels
public import Tensors

/// Finds the rotation before a product quantizer that lowers its error: optimized product quantization.
///
/// Ge, He, Ke, Sun, "Optimized Product Quantization", 2013 (the non-parametric solution): encode, then turn the vectors
/// nearest to what their codes stand for, and again. The start decides where that ends, so several are tried.
public struct OrthogonalTransform: Sendable {
  /// The map to the rotated space; without bias.
  public let map: LinearTransform
  /// The mean squared error of the quantizer after each start's pilot, by the start's name; of those pursued, on a larger sample.
  public let pilots: [(start: String, error: Double)]

  /// - Parameters:
  ///   - dimensions: how many values are left; fewer than the input's are its principal axes, rotated.
  ///   - iterations: turns after the pilot, at most.
  /// - Throws: `SearchError`, `CancellationError`.
  public init(
    training sample: Matrix, parts: Int, bits: Int, dimensions: Int, iterations: Int = 120,
    options: TrainingOptions
  ) throws {
    let sample = options.sampled(sample, centroids: 256)
    let principal = try PrincipalComponents(of: sample, threads: options.threads)
    let reduction: Matrix? = dimensions < sample.columns ? principal.axes[rows: 0..<dimensions] : nil
    let reduced =
      try reduction.map {
        try LinearTransform(matrix: $0).applied(to: sample, threads: options.threads)
      } ?? sample
    let starts = try Self.starts(
      principal, dimensions: dimensions, parts: parts, reduced: reduction != nil, seed: options.seed)
    let pilotSample = reduced.rows > 8192 ? reduced[rows: 0..<8192] : reduced
    var piloted: [(name: String, rotation: Rotation, isPursued: Bool)] = []
    for (name, start) in starts {
      var rotation = Rotation(start, parts: parts, bits: bits)
      try rotation.turn(6, on: pilotSample, options: options)
      piloted.append((name, rotation, false))
    }
    let least = piloted.map(\.rotation.error).min()!
    // The first turns need only part of the sample; on less than the whole the later ones would adapt to that part.
    let early = reduced.rows > 16_384 ? reduced[rows: 0..<16_384] : reduced
    let first = min(iterations, Self.earlyTurns)
    for place in piloted.indices where piloted[place].rotation.error <= least * Self.hope {
      try piloted[place].rotation.turn(first, on: early, options: options)
      try piloted[place].rotation.turn(iterations - first, on: reduced, leastGain: Self.leastGain, options: options)
      piloted[place].isPursued = true
    }
    pilots = piloted.map { ($0.name, $0.rotation.error) }
    let rotation = piloted.filter(\.isPursued).min { $0.rotation.error < $1.rotation.error }!.rotation
    let turned = Rotation.matrix(rotation.values)
    let whole = try reduction.map { try Self.product(turned, $0, threads: options.threads) } ?? turned
    map = try LinearTransform(matrix: whole)
  }

  /// A start is pursued if its error is at most so many times the least one after six turns. Random ones begin worst and go on
  /// longest: on principal components of SIFT vectors one stood at 1.29 times the best and ended 7 % below it.
  private static let hope = 1.35
  private static let earlyTurns = 24
  /// Turns end when four of them gained a smaller share of the error than this.
  private static let leastGain = 0.003

  /// The identity, the principal axes dealt out so that every part gets the same product of variances, and a random rotation.
  private static func starts(
    _ principal: PrincipalComponents, dimensions: Int, parts: Int, reduced: Bool, seed: UInt64
  ) throws -> [(String, SquareMatrix)] {
    let variances = principal.eigenvalues[..<dimensions]
    var members = [[Int]](repeating: [], count: parts)
    var logs = [Double](repeating: 0, count: parts)
    for (axis, variance) in variances.enumerated() {
      let open = members.indices.filter { members[$0].count < dimensions / parts }
      let part = open.min { logs[$0] < logs[$1] }!
      members[part].append(axis)
      logs[part] += logarithm(max(Double(variance), 1e-12))
    }
    let dealt = members.flatMap { $0 }.map { axis -> [Double] in
      if reduced { return (0..<dimensions).map { $0 == axis ? 1 : 0 } }
      return principal.axes[row: axis].map(Double.init)
    }
    var identity = [Double](repeating: 0, count: dimensions * dimensions)
    for i in 0..<dimensions { identity[i * dimensions + i] = 1 }
    return [
      ("identity", SquareMatrix(side: dimensions, values: identity)),
      ("principal", SquareMatrix(side: dimensions, values: dealt.flatMap { $0 })),
      ("random", try random(dimensions, seed: seed)),
    ]
  }

  /// A rotation drawn by the seed.
  private static func random(_ side: Int, seed: UInt64) throws -> SquareMatrix {
    var random = SeededRandom(seed: seed)
    // Sums of twelve uniform numbers are normal enough.
    let values = (0..<side * side).map { _ in (0..<12).reduce(-6) { sum, _ in sum + random.unit() } }
    var matrix = SquareMatrix(side: side, values: values)
    try matrix.makeOrthogonal()
    return matrix
  }

  /// The logarithm to base 2 to within 0.09, from the number's own parts: the same on every machine.
  private static func logarithm(_ value: Double) -> Double {
    Double(value.exponent) + value.significand - 1
  }

  /// turned · reduction: rows of the first as combinations of the second's rows.
  private static func product(_ turned: Matrix, _ reduction: Matrix, threads: Int) throws -> Matrix {
    var transposed = Matrix(rows: reduction.columns, columns: reduction.rows)
    for row in 0..<reduction.rows {
      for column in 0..<reduction.columns { transposed[column, row] = reduction[row, column] }
    }
    return Panels(transposed, scale: -1).scores(turned, threads: threads)
  }
}
