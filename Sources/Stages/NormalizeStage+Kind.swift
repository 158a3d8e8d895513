import Pipelines

extension NormalizeStage {
  static let kind = StageKind(
    name: "normalize", summary: "Centers, reduces and scales vectors; fitted on a sample, applied to queries as well.",
    version: 2, input: "vectors",
    options: [
      OptionSpec(
        "steps",
        .list(
          of: .either([
            .choice(["center", "l2"]),
            .map([
              OptionSpec("pca", .integer(1...65536), "Leading principal components that are kept."),
              OptionSpec("whiten", .bool, default: .bool(false), "Whether each is divided by its standard deviation."),
              OptionSpec(
                "epsilon", .number(0...1), default: .number(1e-4),
                "Whitening: what is added to each variance, as a share of the mean one, so that faint components stay faint."),
            ]),
          ])),
        default: .list([.text("l2")]), "center, {pca: N, whiten: false}, l2; in order."),
      OptionSpec("sample", .integer(1...10_000_000), default: .integer(65536), "Vectors that the steps are fitted on, at most."),
    ] + Retraining.specs(of: "fit"),
    make: { options, inputs in
      guard case .vectors(let dimension) = inputs[0].type else {
        throw StageFault(option: "input", "normalize takes vectors; \(inputs[0].stage) makes \(inputs[0].type)")
      }
      var width = dimension
      let steps = try options["steps"].list.enumerated().map { place, value in
        let step = step(value)
        if case .pca(let dimensions, _, _) = step {
          if let width, dimensions > width {
            throw StageFault(option: "steps[\(place)].pca", "cannot keep \(dimensions) of \(width) components")
          }
          width = dimensions
        }
        return step
      }
      if steps.isEmpty { throw StageFault(option: "steps", "has no step; write center, {pca: N} or l2") }
      return NormalizeStage(
        steps: steps, sample: options.integer("sample"), inputDimension: dimension, retraining: Retraining(options))
    })

  private static func step(_ value: OptionValue) -> Step {
    switch value.text {
    case "center": .center
    case "l2": .l2
    default:
      .pca(
        dimensions: value["pca"]!.integer!, whiten: value["whiten"]?.bool ?? false,
        epsilon: Float(value["epsilon"]?.number ?? 1e-4))
    }
  }
}
