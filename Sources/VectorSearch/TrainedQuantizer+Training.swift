public import Tensors

extension TrainedQuantizer {
  /// Trains an index type on a sample of the vectors that it will hold.
  ///
  /// For `cosine`, scaling to unit length becomes the first transform, and the rest works on inner products.
  ///
  /// - Throws: `SearchError` if the type does not suit the dimension or the sample is too small, `CancellationError`.
  public init(training sample: Matrix, type: FactoryType, metric: Metric, options: TrainingOptions) throws {
    try type.check(dimension: sample.columns)
    var points = try sample.checked(dimension: sample.columns, what: "the sample's vectors")
    guard points.rows >= type.leastTrainingVectors else {
      throw SearchError(
        .tooFewVectors,
        "\(type) needs at least \(type.leastTrainingVectors) vectors to train on, not \(points.rows): "
          + "use fewer lists or a larger sample")
    }
    let threads = options.threads
    let transforms: [VectorTransform] = metric == .cosine ? [.l2] : []
    points = transforms.applied(to: points, threads: threads)
    let scalar = type.refinement == .sq8 ? ScalarQuantizer(training: points) : nil
    let stages = Stages(options, of: type)
    let rotation = try type.rotation.map {
      try OrthogonalTransform(
        training: points, parts: $0.parts, bits: type.codeBits,
        dimensions: $0.dimensions ?? points.columns, options: stages.next(1)
      ).map
    }
    if let rotation { points = rotation.applied(to: points, threads: threads) }
    let coarse = try type.lists.map { lists in
      let kmeans = try KMeans(
        points, clusters: lists, spherical: metric != .l2, options: stages.next(2))
      return CoarseQuantizer(centroids: kmeans.centroids, byResidual: type.code != .flat)
    }
    var code = Code.flat
    if case .pq(let parts, let bits, let fastScan) = type.code {
      let inner = stages.next(3)
      points = inner.sampled(points, centroids: 1 << bits)
      if let coarse {
        let lists = coarse.assigned(points, metric: metric, threads: threads)
        points = coarse.residuals(points, lists: lists)
      }
      code = .product(
        try ProductQuantizer(training: points, parts: parts, bits: bits, options: inner),
        fastScan: fastScan)
    }
    try self.init(
      dimension: sample.columns, metric: metric, transforms: transforms, rotation: rotation,
      coarse: coarse, code: code,
      refinement: type.refinement.map { $0 == .flat ? .flat : .scalar(scalar!) })
  }
}

extension FactoryType {
  var codeBits: Int { if case .pq(_, let bits, _) = code { bits } else { 8 } }

  /// How many trainings the type needs.
  var trainings: Int { (rotation == nil ? 0 : 1) + (lists == nil ? 0 : 1) + (code == .flat ? 0 : 1) }
}

/// The trainings of a type, each with a seed and a share of the progress of its own.
private final class Stages {
  private let options: TrainingOptions
  private let total: Int
  private var done = 0

  init(_ options: TrainingOptions, of type: FactoryType) {
    self.options = options
    total = max(1, type.trainings)
  }

  func next(_ seed: Int) -> TrainingOptions {
    var stage = options.part(seed, threads: options.threads)
    if let report = options.progress {
      let (before, total) = (Double(done), Double(total))
      stage.progress = { report((before + $0) / total) }
    }
    done += 1
    return stage
  }
}
