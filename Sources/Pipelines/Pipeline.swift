/// A validated graph of stages, read from one YAML file.
public struct Pipeline: Sendable {
  public var name: String
  /// Every stage after its inputs; in the file's order where that leaves a choice.
  public var stages: [PipelineStage]

  public init(name: String, stages: [PipelineStage]) {
    self.name = name
    self.stages = stages
  }

  public subscript(name: String) -> PipelineStage? { stages.first { $0.name == name } }
}

/// A stage as a pipeline declares it.
public struct PipelineStage: Sendable {
  public var name: String
  public var kind: StageKind
  public var options: StageOptions
  /// Names of the stages that it reads, the main input first.
  public var inputs: [String]
  public var stage: any Stage

  public init(
    name: String, kind: StageKind, options: StageOptions, inputs: [String], stage: any Stage
  ) {
    self.name = name
    self.kind = kind
    self.options = options
    self.inputs = inputs
    self.stage = stage
  }
}
