/// A pipeline file with several values for some options: every combination of them is a pipeline.
///
/// A value with alternatives is written `{try: [PQ16, "OPQ16,PQ16"]}`, which fits options that are lists themselves as well
/// (`steps: {try: [[l2], [center, l2]]}`). An option that takes one value may be given a plain list.
public struct ExperimentFile: Sendable {
  /// A choice of values, as `index.type` and `PQ16`.
  public struct Choice: Sendable, Hashable, Codable {
    public var option: String
    public var value: String
  }

  public struct Variant: Sendable {
    public var choices: [Choice]
    /// Nil if these values do not go together.
    public var pipeline: Pipeline?
    /// Why not.
    public var fault: String?

    /// `type=PQ16 steps=["l2"]`: options by their last names, where those tell them apart.
    public var name: String {
      let last = choices.map { $0.option.split(separator: ".").last.map(String.init) ?? $0.option }
      return zip(choices, last).map { choice, short in
        "\(last.count { $0 == short } == 1 ? short : choice.option)=\(choice.value)"
      }.joined(separator: " ")
    }
  }

  public let variants: [Variant]
  /// Of the file as a whole: where no variant is a pipeline, those of the first.
  public let diagnostics: [Diagnostic]
  /// `objective` and `subject_to` of the file's `experiment` block.
  public let objective: String?
  public let constraints: [String]

  /// Variants that a file may have.
  public static let mostVariants = 500

  /// Reads a file and builds all its variants.
  public static func parse(
    text: String, path: String, overrides: [String] = [], environment: [String: String] = [:], catalog: StageCatalog
  ) -> ExperimentFile {
    let collector = DiagnosticCollector(source: SourceText(text, path: path))
    var reader = YAMLReader(collector: collector)
    guard let root = reader.read(text), case .map(let all) = root.content, !reader.collector.hasErrors else {
      return ExperimentFile(faults: reader.collector.sorted)
    }
    var plain = root
    plain.content = .map(all.filter { $0.key != "experiment" })
    let axes = ExperimentAxes(plain, catalog).axes
    // No longer counted than needed: enough axes would bring any product back to a small one.
    let count = axes.reduce(1) { $0 > mostVariants ? $0 : $0 * $1.values.count }
    guard count <= mostVariants else {
      var collector = reader.collector
      collector.error("\(count) variants or more; an experiment has at most \(mostVariants)", at: axes[0].location)
      return ExperimentFile(faults: collector.sorted)
    }
    var diagnostics: [Diagnostic]?
    let variants = (0..<count).map { number -> Variant in
      let (node, choices) = ExperimentAxes.chosen(number, axes, plain)
      var builder = PipelineBuilder(
        collector: reader.collector, catalog: catalog, scope: ParameterScope(environment: environment))
      let pipeline = builder.build(node, overrides: overrides)
      if builder.collector.hasErrors {
        let sorted = builder.collector.sorted
        diagnostics = diagnostics ?? sorted
        let first = sorted.first { $0.severity == .error }
        return Variant(choices: choices, pipeline: nil, fault: first.map { "line \($0.line): \($0.message)" })
      }
      return Variant(choices: choices, pipeline: pipeline, fault: nil)
    }
    let block = all.first { $0.key == "experiment" }?.value.optionValue
    return ExperimentFile(
      variants: variants, diagnostics: variants.contains { $0.pipeline != nil } ? [] : diagnostics ?? [],
      objective: block?["objective"]?.text, constraints: (block?["subject_to"]?.list ?? []).compactMap(\.text))
  }

  private init(faults: [Diagnostic]) { self.init(variants: [], diagnostics: faults, objective: nil, constraints: []) }

  private init(variants: [Variant], diagnostics: [Diagnostic], objective: String?, constraints: [String]) {
    self.variants = variants
    self.diagnostics = diagnostics
    self.objective = objective
    self.constraints = constraints
  }
}

/// Where a file gives several values, found by the key `try` and by lists where one value is taken.
struct ExperimentAxes {
  struct Axis {
    /// Keys from the top: `stages`, `index`, `type`.
    var path: [String]
    var values: [SourceNode]
    var location: SourceLocation
  }

  private(set) var axes: [Axis] = []
  private let catalog: StageCatalog

  init(_ root: SourceNode, _ catalog: StageCatalog) {
    self.catalog = catalog
    for section in ["params", "stages"] {
      guard let node = root.entry(section) else { continue }
      if section == "params" { find(in: node, path: [section]) } else { findInStages(node) }
    }
  }

  private mutating func findInStages(_ node: SourceNode) {
    guard case .map(let stages) = node.content else { return }
    for stage in stages {
      guard case .map(let options) = stage.value.content else { continue }
      let kind = stage.value.entry("kind")?.scalar.flatMap { catalog[$0.text] }
      for option in options {
        let path = ["stages", stage.key, option.key]
        let shape = kind?.options.first { $0.name == option.key }?.shape
        if case .list(let values) = option.value.content, shape?.takesOneValue == true, values.count > 1 {
          axes.append(Axis(path: path, values: values, location: option.value.location))
        } else if case .map(let inner) = option.value.content, case .map(let specs)? = shape, option.value.tried == nil {
          for entry in inner {
            if case .list(let values) = entry.value.content, values.count > 1,
              specs.first(where: { $0.name == entry.key })?.shape.takesOneValue == true
            {
              axes.append(Axis(path: path + [entry.key], values: values, location: entry.value.location))
            } else {
              find(in: entry.value, path: path + [entry.key])
            }
          }
        } else {
          find(in: option.value, path: path)
        }
      }
    }
  }

  private mutating func find(in node: SourceNode, path: [String]) {
    if let values = node.tried {
      axes.append(Axis(path: path, values: values, location: node.location))
    } else if case .map(let entries) = node.content {
      for entry in entries { find(in: entry.value, path: path + [entry.key]) }
    }
  }

  /// The file with the values of one variant; the last axis turns fastest.
  static func chosen(_ number: Int, _ axes: [Axis], _ root: SourceNode) -> (SourceNode, [ExperimentFile.Choice]) {
    var (rest, node, choices) = (number, root, [ExperimentFile.Choice]())
    for axis in axes.reversed() {
      let value = axis.values[rest % axis.values.count]
      rest /= axis.values.count
      node = node.replacing(axis.path[...], with: value)
      let text = value.scalar?.text ?? value.optionValue.canonicalJSON
      choices.insert(ExperimentFile.Choice(option: axis.path.dropFirst().joined(separator: "."), value: text), at: 0)
    }
    return (node, choices)
  }
}

extension SourceNode {
  fileprivate func entry(_ key: String) -> SourceNode? {
    guard case .map(let entries) = content else { return nil }
    return entries.first { $0.key == key }?.value
  }

  /// The values of `{try: […]}`.
  var tried: [SourceNode]? {
    guard case .map(let entries) = content, entries.count == 1, entries[0].key == "try",
      case .list(let values) = entries[0].value.content, !values.isEmpty
    else { return nil }
    return values
  }

  fileprivate func replacing(_ path: ArraySlice<String>, with value: SourceNode) -> SourceNode {
    guard let key = path.first, case .map(var entries) = content, let place = entries.firstIndex(where: { $0.key == key })
    else { return value }
    entries[place].value = entries[place].value.replacing(path.dropFirst(), with: value)
    var node = self
    node.content = .map(entries)
    return node
  }
}

extension OptionSpec.Shape {
  /// Whether a list is never a value of it, so that one can only mean alternatives.
  var takesOneValue: Bool {
    switch self {
    case .list, .map, .dictionary: false
    case .either(let shapes): shapes.allSatisfy(\.takesOneValue)
    default: true
    }
  }
}
