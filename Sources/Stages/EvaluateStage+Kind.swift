import Pipelines

extension EvaluateStage {
  static let kind = StageKind(
    name: "evaluate", summary: "Measures recall against exact truth, and latency; fails where they are not good enough.",
    version: 1, input: "an index",
    options: [
      OptionSpec(
        "queries", .either([.integer(1...10_000_000), .stage]), default: .integer(500),
        "A number of queries held out of the corpus, or a stage that makes their vectors."),
      OptionSpec("seed", .integer(0...Int.max), default: .integer(1), "Which queries are held out."),
      OptionSpec("nprobe", .integer(1...1 << 24), default: .null, "IVF: lists that a search visits; the index's own setting."),
      OptionSpec(
        "require", .dictionary(of: .either([.number(-Double.infinity...Double.infinity), .text])), default: .null,
        "Figures and what they must be: recall@10: 0.8 (at least), bytes_per_vector: \"<= 40\", latency_p99_ms: \"< 5\"."),
      OptionSpec("shown", .integer(0...100), default: .integer(8), "Queries shown with their answers in the report."),
    ],
    make: { options, inputs in
      guard inputs[0].type == .index else {
        throw StageFault(option: "input", "evaluate takes an index; \(inputs[0].stage) makes \(inputs[0].type)")
      }
      return EvaluateStage(
        queries: try queries(options["queries"], inputs), seed: UInt64(options.integer("seed")),
        nprobe: options.optionalInteger("nprobe"), requirements: try requirements(options["require"]),
        shown: options.integer("shown"))
    })

  private static func queries(_ value: OptionValue, _ inputs: [StageInput]) throws -> Queries {
    guard let place = value.inputIndex else { return .heldOut(value.integer!) }
    guard case .vectors = inputs[place].type else {
      throw StageFault(option: "queries", "must be vectors; \(inputs[place].stage) makes \(inputs[place].type)")
    }
    return .input(place)
  }

  private static func requirements(_ value: OptionValue) throws -> [Requirement] {
    guard case .map(let entries) = value else { return [] }
    return try entries.map { entry in
      do {
        return try Requirement(figure: entry.key, condition: entry.value)
      } catch let fault as StageFault {
        throw StageFault(option: "require.\(entry.key)", fault.message)
      }
    }
  }
}
