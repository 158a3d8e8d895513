import Pipelines

struct FakeStage: Stage {
  var output: ArtifactType
  var phases: [Phase] { [] }
  func run(_ job: Job) async throws {}
}

/// Kinds with every shape of option, and stages that do nothing.
enum FakeCatalog {
  static let catalog = StageCatalog([source, scale, index, score, everything])

  static let source = StageKind(
    name: "source", summary: "Reads archives.", version: 1, input: nil,
    options: [
      OptionSpec("media", .choice(["image", "text", "vectors"]), "What the archives hold."),
      OptionSpec("from", .list(of: .text), "Globs."),
      OptionSpec("max_rejects", .shareOrCount, default: .text("1%"), key: false, "A share or a count."),
    ]
  ) { options, _ in
    switch options.text("media") {
    case "image": FakeStage(output: .records(.image))
    case "text": FakeStage(output: .records(.text))
    default: FakeStage(output: .vectors(dimension: 64))
    }
  }

  static let scale = StageKind(
    name: "scale", summary: "Scales vectors.", version: 1, input: "vectors",
    options: [
      OptionSpec(
        "steps",
        .list(
          of: .either([
            .choice(["center", "l2"]),
            .map([
              OptionSpec("pca", .integer(1...4096), "Dimensions."),
              OptionSpec("whiten", .bool, default: .bool(false), "Whether to whiten."),
            ]),
          ])), default: .list([.text("l2")]), "What is done, in order.")
    ]
  ) { options, inputs in
    guard case .vectors(let dimension) = inputs[0].type else {
      throw StageFault(option: "input", "expected vectors, found \(inputs[0].type)")
    }
    for (position, step) in options["steps"].list.enumerated() {
      if let pca = step["pca"]?.integer, let dimension, pca > dimension {
        throw StageFault(
          option: "steps[\(position)].pca", "the input has \(dimension) dimensions, fewer than \(pca)")
      }
    }
    return FakeStage(output: .vectors(dimension: dimension))
  }

  static let index = StageKind(
    name: "index", summary: "Fills an index.", version: 3, input: "vectors", takesSeveralInputs: true,
    options: [
      OptionSpec("type", .text, default: .text("auto"), "Factory words."),
      OptionSpec("metric", .choice(["cosine", "ip", "l2"]), default: .text("cosine"), "The metric."),
    ]
  ) { options, inputs in
    for (position, input) in inputs.enumerated() {
      guard case .vectors = input.type else {
        throw StageFault(option: "input[\(position)]", "expected vectors, found \(input.type)")
      }
    }
    if options.text("type") == "PQ7" { throw StageFault(option: "type", "7 does not divide 64") }
    return FakeStage(output: .index)
  }

  static let score = StageKind(
    name: "score", summary: "Measures an index.", version: 1, input: "an index",
    options: [
      OptionSpec("queries", .either([.integer(1...10_000), .stage]), default: .integer(100), "How many, or a stage."),
      OptionSpec("truth", .stage, default: .null, "A stage of true neighbours."),
      OptionSpec("require", .dictionary(of: .number(0...1)), default: .map([]), "Least figures."),
    ]
  ) { options, inputs in
    guard inputs[0].type == .index else {
      throw StageFault(option: "input", "expected an index, found \(inputs[0].type)")
    }
    if let position = options["queries"].inputIndex, case .vectors = inputs[position].type {
      return FakeStage(output: .evaluation)
    } else if options["queries"].inputIndex != nil {
      throw StageFault(option: "queries", "expected vectors")
    }
    return FakeStage(output: .evaluation)
  }

  static let everything = StageKind(
    name: "everything", summary: "Has an option of every shape.", version: 1, input: nil,
    options: [
      OptionSpec("flag", .bool, default: .bool(true), "A switch."),
      OptionSpec("count", .integer(1...64), default: .integer(8), "A count."),
      OptionSpec("depth", .integer(1...Int.max), default: .null, "A depth."),
      OptionSpec("ratio", .number(0...1), default: .number(0.5), "A ratio."),
      OptionSpec("word", .text, default: .null, "A word | with a bar."),
      OptionSpec("size", .size, default: .text("64MiB"), "A size."),
      OptionSpec("share", .shareOrCount, default: .text("1%"), "A share."),
      OptionSpec("time", .duration, default: .integer(30), key: false, "A time."),
      OptionSpec("counts", .list(of: .integer(0...9)), default: .list([]), "Counts."),
      OptionSpec(
        "mixed", .either([.choice(["auto"]), .integer(1...9), .list(of: .number(0...1))]),
        default: .text("auto"), "Several shapes."),
    ]
  ) { _, _ in FakeStage(output: .vectors(dimension: nil)) }
}

/// Parses with the fake catalog.
func parse(
  _ text: String, set overrides: [String] = [], environment: [String: String] = [:]
) -> PipelineFile {
  PipelineFile.parse(
    text: text, path: "p.yaml", overrides: overrides, environment: environment,
    catalog: FakeCatalog.catalog)
}

/// The value of an option of `everything`, or what is wrong with it.
func option(
  _ name: String, _ value: String, environment: [String: String] = [:]
) -> (value: OptionValue?, problems: [String]) {
  let file = parse(
    "pipeline: p\nstages:\n  a:\n    kind: everything\n    \(name): \(value)\n", environment: environment)
  return (file.pipeline?.stages[0].options[name], file.diagnostics.map(\.description))
}
