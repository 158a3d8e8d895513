import Pipelines
import VectorSearch

extension IndexStage {
  static let kind = StageKind(
    name: "index", summary: "Trains a quantizer on a sample, encodes every vector, builds the index.", version: 2,
    input: "vectors",
    options: [
      OptionSpec(
        "type", .text,
        "The field's factory words: Flat, PQ16, PQ32x4fs, OPQ16_64,PQ16, IVF256,Flat, IVF1024,PQ16, …,Refine(Flat)."),
      OptionSpec(
        "metric", .choice(Metric.allCases.map(\.rawValue)), default: .text("cosine"),
        "cosine, ip (inner product) or l2 (squared Euclidean distance)."),
      OptionSpec(
        "nprobe", .integer(1...1 << 24), default: .null,
        "IVF: lists that a search visits unless told otherwise; the square root of their number."),
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
      let type: FactoryType
      do {
        type = try FactoryType(options.text("type"))
        if let dimension { try type.check(dimension: dimension) }
      } catch let error as SearchError {
        throw StageFault(option: "type", error.message)
      }
      if let nprobe = options.optionalInteger("nprobe"), nprobe > type.lists ?? 0 {
        throw StageFault(
          option: "nprobe", type.lists.map { "\(type) has \($0) lists" } ?? "is for IVF types; \(type) has no lists")
      }
      return IndexStage(
        type: type, metric: Metric(rawValue: options.text("metric"))!, nprobe: options.optionalInteger("nprobe"),
        refinement: options["refinement"].number.map(Float.init), iterations: options.integer("iterations"),
        pointsPerCentroid: options.integer("max_points_per_centroid"), dimension: dimension,
        retraining: Retraining(options))
    })
}
