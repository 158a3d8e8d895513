public import Tensors

/// Lloyd's k-means: centroids that minimise the squared distance of points to the nearest of them.
///
/// The result depends on points, seed and options, not on the number of threads or the CPU.
public struct KMeans: Sendable {
  public let centroids: Matrix
  /// The iterations that ran; fewer than asked for when no point changed its centroid any more.
  public let iterations: Int

  /// Trains `clusters` centroids.
  ///
  /// - Parameters:
  ///   - spherical: scales centroids to unit length and assigns by inner product, for `ip` and `cosine`.
  ///   - initial: centroids to start from; a seeded sample of the points if nil.
  /// - Throws: `SearchError` if there are fewer points than clusters, `CancellationError`.
  public init(
    _ points: Matrix, clusters: Int, spherical: Bool = false, initial: Matrix? = nil,
    options: TrainingOptions
  ) throws {
    let points = options.sampled(points, centroids: clusters)
    guard clusters > 0, points.rows >= clusters else {
      throw SearchError(
        .tooFewVectors, "\(clusters) centroids need at least as many vectors, not \(points.rows)")
    }
    var centroids = initial ?? Self.start(points, clusters: clusters, seed: options.seed)
    if spherical { centroids = centroids.scaledToUnitLength() }
    var assigned: [UInt32] = []
    var done = 0
    while done < options.iterations {
      try options.checkCancelled()
      let now = Panels(centroids).nearest(to: points, byProduct: spherical, threads: options.threads)
      if now == assigned { break }
      assigned = now
      centroids = Self.means(
        of: points, assigned: assigned, previous: centroids, threads: options.threads)
      if spherical { centroids = centroids.scaledToUnitLength() }
      done += 1
      options.progress?(Double(done) / Double(options.iterations))
    }
    options.progress?(1)
    self.centroids = centroids
    iterations = done
  }

  /// Points that differ where enough do, drawn by the seed.
  static func start(_ points: Matrix, clusters: Int, seed: UInt64) -> Matrix {
    var random = SeededRandom(seed: seed)
    var order = Array(0..<points.rows)
    // A partial Fisher-Yates shuffle: the first `clusters` places hold the draw.
    for i in 0..<clusters { order.swapAt(i, i + random.below(points.rows - i)) }
    return points.gathering(Array(order[..<clusters]))
  }

  /// The mean of each cluster's points; an empty cluster takes half of the largest one.
  static func means(
    of points: Matrix, assigned: [UInt32], previous: Matrix, threads: Int
  ) -> Matrix {
    let clusters = Clusters(assigned, count: previous.rows)
    var centroids = clusters.means(of: points, previous: previous, threads: threads)
    clusters.repairEmpty(&centroids)
    return centroids
  }
}
