import Pipelines
import VectorSearch

extension IndexStage {
  static let kind = StageKind(
    name: "index", summary: "Trains a quantizer on a sample, encodes every vector, builds the index.", version: 3,
    input: "vectors",
    options: [
      OptionSpec(
        "type", .text,
        "The field's factory words: Flat, PQ16, PQ32x4fs, OPQ16_64,PQ16, IVF256,Flat, IVF1024,PQ16, …,Refine(Flat); or auto: "
          + "the smallest that keeps to the constraints, found by trials on a part of the vectors."),
      OptionSpec(
        "constraints", .map(IndexConstraints.specs), default: .null,
        "What the index has to keep to, measured on all vectors before it is built; else the stage fails with exit 4. "
          + "A latency makes the choice of auto depend on the machine; it is committed, so that a resumed run takes the same."),
      OptionSpec(
        "trial_vectors", .integer(1000...10_000_000), default: .integer(100_000),
        "auto: vectors that types are tried on; all if there are fewer."),
      OptionSpec(
        "metric", .choice(Metric.allCases.map(\.rawValue)), default: .text("cosine"),
        "cosine, ip (inner product) or l2 (squared Euclidean distance)."),
      OptionSpec(
        "nprobe", .either([.integer(1...1 << 24), .choice(["auto"])]), default: .null,
        "IVF: lists that a search visits unless told otherwise; the square root of their number. "
          + "auto: the fewest that reach constraints.recall@10, which type auto looks for too."),
      OptionSpec(
        "refinement", .number(1...1000), default: .null,
        "Refine: candidates a wanted result that are compared exactly; 4."),
      OptionSpec("iterations", .integer(1...1000), default: .integer(25), "Rounds of k-means."),
      OptionSpec(
        "max_points_per_centroid", .integer(1...1_000_000), default: .integer(256),
        "Vectors a centroid that training looks at, at most: the size of the sample."),
    ] + Retraining.specs(of: "quantizer"),
    make: { options, inputs in
      guard case .vectors(let dimension) = inputs[0].type else {
        throw StageFault(option: "input", "index takes vectors; \(inputs[0].stage) makes \(inputs[0].type)")
      }
      let type = try type(options, dimension)
      let (nprobe, tuning) = try tuning(options, type)
      return IndexStage(
        type: type, metric: Metric(rawValue: options.text("metric"))!, nprobe: nprobe,
        refinement: options["refinement"].number.map(Float.init), iterations: options.integer("iterations"),
        pointsPerCentroid: options.integer("max_points_per_centroid"), dimension: dimension, tuning: tuning,
        retraining: Retraining(options))
    })

  /// The type that is given; nil for auto.
  private static func type(_ options: StageOptions, _ dimension: Int?) throws -> FactoryType? {
    guard options.text("type") != "auto" else { return nil }
    do {
      let type = try FactoryType(options.text("type"))
      if let dimension { try type.check(dimension: dimension) }
      return type
    } catch let error as SearchError {
      throw StageFault(option: "type", error.message)
    }
  }

  private static func tuning(_ options: StageOptions, _ type: FactoryType?) throws -> (nprobe: Int?, IndexTuning?) {
    let nprobe = options.optionalInteger("nprobe")
    let findsProbes = options["nprobe"].text == "auto" || type == nil && nprobe == nil
    if let type, nprobe ?? (findsProbes ? 1 : 0) > type.lists ?? 0 {
      throw StageFault(
        option: "nprobe", type.lists.map { "\(type) has \($0) lists" } ?? "is for IVF types; \(type) has no lists")
    }
    let constraints = IndexConstraints(options["constraints"])
    if type == nil || findsProbes, constraints.recall == nil {
      let what = type == nil ? "type auto" : "nprobe auto"
      throw StageFault(option: "constraints", "\(what) needs to know what recall is enough: add {recall@10: 0.9}")
    }
    guard !options["constraints"].isNull else { return (nprobe, nil) }
    let tuning = IndexTuning(
      constraints: constraints, findsProbes: findsProbes, trialVectors: options.integer("trial_vectors"))
    return (nprobe, tuning)
  }
}
