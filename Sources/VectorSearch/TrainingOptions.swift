import Tensors

/// How long and on how much to train.
public struct TrainingOptions: Sendable {
  public var seed: UInt64
  public var threads: Int
  public var iterations = 25
  /// More points than this for every centroid are sampled down: they add time, hardly precision.
  public var maxPointsPerCentroid = 256
  /// Is told the share done, 0 to 1, from any thread.
  public var progress: (@Sendable (Double) -> Void)?
  /// Is asked between iterations; training ends with `CancellationError` once it says true.
  public var isCancelled: (@Sendable () -> Bool)?

  public init(seed: UInt64 = 1, threads: Int = 1) {
    self.seed = seed
    self.threads = threads
  }

  func checkCancelled() throws {
    if let isCancelled, isCancelled() { throw CancellationError() }
  }

  /// The same without progress, at another width and seed: for one part of a larger training.
  func part(_ number: Int, threads: Int) -> TrainingOptions {
    var copy = self
    copy.seed = seed &+ 0x9E37_79B9_7F4A_7C15 &* UInt64(number + 1)
    copy.threads = threads
    copy.progress = nil
    return copy
  }

  /// The rows that training uses: all, or a seeded sample of them.
  func sampled(_ points: Matrix, centroids: Int) -> Matrix {
    let most = centroids * maxPointsPerCentroid
    guard points.rows > most else { return points }
    var random = SeededRandom(seed: seed)
    return points.gathering(random.sample(most, below: points.rows))
  }
}
