/// The stages of a pipeline and what flows between them, as text for Mermaid and Graphviz.
public struct PipelineGraph: Sendable {
  public struct Node: Sendable, Hashable {
    public var name: String
    public var kind: String
    /// What the stage makes.
    public var output: String
  }

  public struct Edge: Sendable, Hashable {
    /// Numbers of nodes.
    public var from: Int
    public var to: Int
    /// What flows.
    public var label: String
    /// The option that names the input; nil for a main one.
    public var option: String?
  }

  public let nodes: [Node]
  public let edges: [Edge]
  let title: String

  public init(_ pipeline: Pipeline) {
    title = pipeline.name
    nodes = pipeline.stages.map {
      Node(name: $0.name, kind: $0.kind.name, output: $0.stage.output.description)
    }
    let numbers = Dictionary(uniqueKeysWithValues: nodes.enumerated().map { ($1.name, $0) })
    edges = pipeline.stages.enumerated().flatMap { number, stage -> [Edge] in
      let options = Self.inputOptions(of: stage)
      return stage.inputs.enumerated().compactMap { place, input in
        guard let from = numbers[input] else { return nil }
        let label = pipeline.stages[from].stage.output.description
        return Edge(from: from, to: number, label: label, option: options[place])
      }
    }
  }

  /// Of each input that an option names, the option.
  private static func inputOptions(of stage: PipelineStage) -> [Int: String] {
    var options: [Int: String] = [:]
    for spec in stage.kind.options {
      for index in Self.inputIndices(stage.options[spec.name], spec.shape) { options[index] = spec.name }
    }
    return options
  }

  private static func inputIndices(_ value: OptionValue, _ shape: OptionSpec.Shape) -> [Int] {
    switch shape {
    case .stage: value.inputIndex.map { [$0] } ?? []
    case .list(let element): value.list.flatMap { inputIndices($0, element) }
    case .either(let shapes): Set(shapes.flatMap { inputIndices(value, $0) }).sorted()
    case .dictionary(let element):
      if case .map(let entries) = value { entries.flatMap { inputIndices($0.value, element) } } else { [] }
    case .map(let specs): specs.flatMap { inputIndices(value[$0.name] ?? .null, $0.shape) }
    default: []
    }
  }
}
