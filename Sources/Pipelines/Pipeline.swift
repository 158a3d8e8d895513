/// A validated graph of stages, read from one YAML file.
public struct Pipeline: Sendable {
  public var name: String
  /// The params that the file declares, with the values they have, in the file's order.
  public var params: [OptionEntry]
  /// Names of those whose value, or a part of it, comes from the environment.
  public var secretParams: Set<String> = []
  /// Every stage after its inputs; in the file's order where that leaves a choice.
  public var stages: [PipelineStage]
  /// Hides what came from the environment.
  public var environment: EnvironmentMask

  public init(
    name: String, params: [OptionEntry] = [], stages: [PipelineStage], environment: EnvironmentMask = EnvironmentMask([:])
  ) {
    self.name = name
    self.params = params
    self.stages = stages
    self.environment = environment
  }

  public subscript(name: String) -> PipelineStage? { stages.first { $0.name == name } }

  /// The stages that take a stage's artifact, in order.
  public func consumers(of name: String) -> [PipelineStage] {
    stages.filter { $0.inputs.contains(name) }
  }

  /// A stage and all that it needs, in order; nothing for a name that is no stage's.
  public func upstream(of name: String) -> [PipelineStage] {
    var needed: Set<String> = [name]
    for stage in stages.reversed() where needed.contains(stage.name) {
      needed.formUnion(stage.inputs)
    }
    return stages.filter { needed.contains($0.name) }
  }

  /// The gates that judge what a publication is made from, however far back; none for other stages.
  public func gates(before name: String) -> [PipelineStage] {
    guard let publication = self[name], publication.stage.isPublication else { return [] }
    let forebears = Set(upstream(of: name).map(\.name)).subtracting([name])
    return stages.filter { $0.stage.isGate && $0.inputs.first.map(forebears.contains) ?? false }
  }
}

/// A stage as a pipeline declares it.
public struct PipelineStage: Sendable {
  public var name: String
  public var kind: StageKind
  public var options: StageOptions
  /// Names of the stages that it reads: the main inputs first, then those that options name, in the options' order.
  public var inputs: [String]
  public var stage: any Stage
  /// Where its name stands in the file.
  public var location: SourceLocation

  public init(
    name: String, kind: StageKind, options: StageOptions, inputs: [String], stage: any Stage,
    location: SourceLocation = .start
  ) {
    self.name = name
    self.kind = kind
    self.options = options
    self.inputs = inputs
    self.stage = stage
    self.location = location
  }
}
