import Pipelines
import Quality
import Registries

extension EvaluateStage {
  static let kind = StageKind(
    name: "evaluate",
    summary: "Measures an index against exact truth and against the champion; a gate, where it is not good enough.", version: 2,
    input: "an index",
    options: [
      OptionSpec(
        "queries", .either([.integer(1...10_000_000), .stage]), default: .integer(500),
        "A number of queries held out of the corpus, or a stage that makes their vectors."),
      OptionSpec(
        "seed", .integer(0...Int.max), default: .integer(1), "Which queries are held out, and the draws of confidence intervals."),
      OptionSpec("nprobe", .integer(1...1 << 24), default: .null, "IVF: lists that a search visits; the index's own setting."),
      OptionSpec(
        "champion", .text, default: .null,
        "A name of the registry, such as photos: the index is compared with the version on its alias champion, or on another, as photos@staging."
      ),
      OptionSpec("labels", .text, default: .null, "The sidecar field with an item's class, for mAP@k and label_R@k."),
      OptionSpec(
        "require", conditions, default: .null,
        "Figures and what they must be: recall@10: 0.8 (at least), recall@10: \">= champion - 0.01\", size: \"<= 64MiB\", "
          + "latency_p99: \"<= 2ms\", count: \">= champion * 0.9 and <= champion * 2\". Figures are " + QualityFigure.reference
          + "."),
      OptionSpec(
        "warn", conditions, default: defaultWarnings,
        "Conditions that only warn, in the same words; those on the champion's data tell drift."),
      OptionSpec(
        "on_fail", .choice(["fail", "keep"]), default: .text("fail"),
        "fail: the run ends with 4 and nothing is exported. keep: the verdict is recorded, exports go on, and a publication gets no alias."
      ),
      OptionSpec(
        "shown", .integer(0...100), default: .integer(8),
        "Queries shown with their answers in the report, and as many that changed most."),
    ],
    make: { options, inputs in
      guard inputs[0].type == .index else {
        throw StageFault(option: "input", "evaluate takes an index; \(inputs[0].stage) makes \(inputs[0].type)")
      }
      let champion = try options.optionalText("champion").map(reference)
      let labels = options.optionalText("labels")
      let required = try read("require", options)
      for condition in required { try check(condition, hasChampion: champion != nil, hasLabels: labels != nil) }
      return EvaluateStage(
        queries: try queries(options["queries"], inputs), seed: UInt64(options.integer("seed")),
        nprobe: options.optionalInteger("nprobe"), champion: champion, labels: labels, required: required,
        warned: try read("warn", options), keepsFailed: options.text("on_fail") == "keep", shown: options.integer("shown"))
    })

  private static let conditions = OptionSpec.Shape.dictionary(of: .either([.number(-Double.infinity...Double.infinity), .text]))

  /// Bounds over which a difference from the champion's data is worth a look; a set of a few hundred items stays below them by chance.
  private static let defaultWarnings = OptionValue.map(
    [
      ("mean_shift", "<= 0.25"), ("subspace_angle", "<= 30deg"), ("quantization_error", "<= champion * 1.25"),
      ("list_imbalance", "<= champion * 1.5"), ("reject_rate", "<= champion + 2%"), ("near_duplicates", "<= champion + 5%"),
    ].map { OptionEntry($0.0, .text($0.1)) })

  private static func queries(_ value: OptionValue, _ inputs: [StageInput]) throws -> Queries {
    guard let place = value.inputIndex else { return .heldOut(value.integer!) }
    guard case .vectors = inputs[place].type else {
      throw StageFault(option: "queries", "must be vectors; \(inputs[place].stage) makes \(inputs[place].type)")
    }
    return .input(place)
  }

  private static func reference(_ text: String) throws -> RegistryReference {
    do { return try RegistryReference(text) } catch { throw StageFault(option: "champion", "\(error)") }
  }

  /// The conditions of an option, each fault at its place in the text.
  private static func read(_ option: String, _ options: StageOptions) throws -> [Condition] {
    guard case .map(let entries) = options[option] else { return [] }
    return try entries.map { entry in
      let place = "\(option).\(entry.key)"
      do {
        if let number = entry.value.number { return try Condition(figure: entry.key, number: number) }
        return try Condition(figure: QualityFigure(entry.key), text: entry.value.text ?? "")
      } catch let error as UnknownFigure {
        throw StageFault(option: place, "\(error)")
      } catch let fault as ConditionFault {
        throw StageFault(option: place, fault.message, offset: fault.offset)
      }
    }
  }

  private static func check(_ condition: Condition, hasChampion: Bool, hasLabels: Bool) throws {
    let place = "require.\(condition.figure.name)"
    if condition.isRelative, !hasChampion {
      throw StageFault(
        option: place, "compares with a champion, and the stage names none: add champion: NAME, a name of the registry")
    }
    if condition.figure.group == .labels, !hasLabels {
      throw StageFault(option: place, "needs the class of each item: add labels: FIELD, a sidecar field")
    }
  }
}
