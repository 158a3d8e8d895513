public import Artifacts

/// What a run will do: for each stage its artifact's key, and whether that is done.
public struct Plan: Sendable {
  public let pipeline: Pipeline
  public let workspace: Workspace
  /// In an order in which every stage comes after its inputs; those that `--until` leaves out are not in it.
  public let stages: [PlannedStage]

  /// Whether there is nothing to do.
  public var isFresh: Bool { stages.allSatisfy { !$0.mustRun } }

  /// Sources of all stages, as they lie today.
  public var sources: [Source] { stages.flatMap(\.recipe.sources) }
}

/// A stage in a plan.
public struct PlannedStage: Sendable {
  public let declaration: PipelineStage
  public let recipe: Recipe
  public let artifact: Artifact
  /// What is known of the artifact, if it is done.
  public let summary: Summary?
  /// Whether the run has to make or complete the artifact.
  public let mustRun: Bool
  /// A plain sentence: why it runs, or that it is fresh.
  public let reason: String

  public var name: String { declaration.name }

  /// The manifest, if the artifact is done; read and parsed each time.
  public var manifest: Manifest? { summary == nil ? nil : try? artifact.manifest() }
}
