import Pipelines

extension AdaptStage {
  static let kind = StageKind(
    name: "adapt",
    summary: "Fits vectors to the corpus by a linear map, applied to queries as well; learned from labels where there are some.",
    version: 1, input: "vectors",
    options: [
      OptionSpec(
        "labels",
        .either([
          .choice(["folder"]),
          .map([OptionSpec("field", .text, "Sidecar field that holds the label.")]),
        ]),
        default: .null,
        "What brings items together that belong together: folder (the entry's folder is its label) or {field: NAME}. "
          + "Items without a label are mapped and not learned from. By default none: centering and whitening alone."),
      OptionSpec(
        "dimensions", .integer(1...65536), default: .null, "Values that are kept, the most telling ones; by default all."),
      OptionSpec(
        "shrinkage", .number(0...1000), default: .null,
        "Added to the variance in every direction before it is divided by, as a share of the mean one: "
          + "the more, the less is changed. By default 0.3 with labels, 3 without."),
      OptionSpec("sample", .integer(2...10_000_000), default: .integer(65536), "Vectors that the map is fitted on, at most."),
    ],
    make: { options, inputs in
      guard case .vectors(let dimension) = inputs[0].type else {
        throw StageFault(option: "input", "adapt takes vectors; \(inputs[0].stage) makes \(inputs[0].type)")
      }
      let kept = options.optionalInteger("dimensions")
      if let kept, let dimension, kept > dimension {
        throw StageFault(option: "dimensions", "cannot keep \(kept) of \(dimension) values")
      }
      let labels = try labels(options["labels"])
      return AdaptStage(
        labels: labels, dimensions: kept, shrinkage: options["shrinkage"].number ?? (labels == nil ? 3 : 0.3),
        sample: options.integer("sample"), inputDimension: dimension)
    })

  private static func labels(_ value: OptionValue) throws -> RecordLabels? {
    if value.isNull { return nil }
    if value.text == "folder" { return .folder }
    guard let name = value["field"]?.text, !name.isEmpty else {
      throw StageFault(option: "labels", "names no field; write folder or {field: NAME}")
    }
    return .field(name)
  }
}
