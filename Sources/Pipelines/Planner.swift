public import Artifacts

/// Works out what a run will do, before anything runs.
public struct Planner: Sendable {
  private let pipeline: Pipeline
  private let workspace: Workspace
  private let until: String?
  private let forced: Set<String>
  private let retryRejects: Bool

  /// - Parameters:
  ///   - until: the last stage wanted; nil for all.
  ///   - forced: stages to be made again though they are done.
  ///   - retryRejects: whether stages that are done try again what they rejected.
  public init(
    _ pipeline: Pipeline, in workspace: Workspace, until: String? = nil, forced: Set<String> = [], retryRejects: Bool = false
  ) {
    self.pipeline = pipeline
    self.workspace = workspace
    self.until = until
    self.forced = forced
    self.retryRejects = retryRejects
  }

  /// Digests the sources, computes the keys, and compares with what the workspace holds. Changes nothing but the digest cache.
  ///
  /// - Throws: `StageError` around a `SourceFault` or what reading failed with; `CorruptFile` if a manifest is damaged.
  public func plan() throws -> Plan {
    var finder = SourceFinder(workspace)
    let history = RecipeHistory(workspace)
    let forebears = Forebears(workspace)
    var planned: [PlannedStage] = []
    var recipes: [String: Recipe] = [:]
    for declaration in wanted() {
      let recipe: Recipe
      do {
        recipe = try forebears.resolved(
          self.recipe(of: declaration, recipes, &finder), inheriting: declaration.stage.inheritance,
          isForced: forced.contains(declaration.name), retryingRejects: retryRejects)
      } catch {
        throw StageError(stage: declaration.name, cause: error)
      }
      recipes[declaration.name] = recipe
      planned.append(try stage(declaration, recipe, history))
    }
    try? finder.remember()
    return Plan(pipeline: pipeline, workspace: workspace, stages: completed(planned))
  }

  /// The stages up to the last one wanted, inputs before those that use them, and the gates that it must pass.
  private func wanted() -> [PipelineStage] {
    guard let until else { return pipeline.stages }
    var names: Set<String> = [until]
    if let last = pipeline.stages.first(where: { $0.name == until }), last.stage.isPublication {
      names.formUnion(pipeline.stages.filter { $0.stage.isGate && $0.inputs.first == last.inputs.first }.map(\.name))
    }
    for stage in pipeline.stages.reversed() where names.contains(stage.name) { names.formUnion(stage.inputs) }
    return pipeline.stages.filter { names.contains($0.name) }
  }

  private func recipe(
    of declaration: PipelineStage, _ recipes: [String: Recipe], _ finder: inout SourceFinder
  ) throws -> Recipe {
    let stage = declaration.stage
    return Recipe(
      pipeline: pipeline.name, stage: declaration.name, kind: declaration.kind.name, version: declaration.kind.version,
      options: declaration.options.keyValue.canonicalJSON, materials: try stage.materials(in: workspace),
      inputs: declaration.inputs.map { Recipe.Input(stage: $0, key: recipes[$0]!.key) },
      sources: try finder.sources(
        stage.sourcePatterns, where: stage.isSource, precedes: stage.precedes, companions: stage.companions))
  }

  private func stage(
    _ declaration: PipelineStage, _ recipe: Recipe, _ history: RecipeHistory
  ) throws -> PlannedStage {
    let artifact = workspace.artifact(for: recipe)
    // One that is forced is thrown away unread: it may be damaged, which is why it is forced.
    let summary = forced.contains(declaration.name) ? nil : try artifact.summary()
    var staleness: String?
    if forced.contains(declaration.name) {
      staleness = "it is forced"
    } else if let summary {
      staleness = declaration.stage.staleness(of: summary)
    } else {
      staleness = try history.explanation(of: recipe, artifact)
    }
    return PlannedStage(
      declaration: declaration, recipe: recipe, artifact: artifact,
      summary: staleness == nil ? summary : nil, mustRun: staleness != nil,
      reason: staleness ?? "it is fresh: \(summary?.rows ?? 0) rows")
  }

  /// Makes every stage run that another one needs: a stale stage needs all that lies before it, even where an artifact was removed
  /// from under one that is fresh.
  private func completed(_ planned: [PlannedStage]) -> [PlannedStage] {
    var needed: Set<String> = []
    for stage in planned.reversed() where stage.mustRun || needed.contains(stage.name) {
      needed.formUnion(stage.declaration.inputs)
    }
    return planned.map { stage in
      guard stage.mustRun, !needed.contains(stage.name), isOnlyMissing(stage, in: planned) else { return stage }
      return PlannedStage(
        declaration: stage.declaration, recipe: stage.recipe, artifact: stage.artifact, summary: nil,
        mustRun: false, reason: "it was removed, and nothing that runs needs it")
    }
  }

  /// Whether a stage is missing although all that is made from it is there.
  private func isOnlyMissing(_ stage: PlannedStage, in planned: [PlannedStage]) -> Bool {
    let users = planned.filter { $0.declaration.inputs.contains(stage.name) }
    return !users.isEmpty && !forced.contains(stage.name) && users.allSatisfy { !$0.mustRun }
  }
}

/// A stage that failed, and what with.
public struct StageError: Error, CustomStringConvertible {
  public let stage: String
  public let job: String?
  public let cause: any Error

  public init(stage: String, job: String? = nil, cause: any Error) {
    self.stage = stage
    self.job = job
    self.cause = cause
  }

  public var description: String { "stage \(stage)\(job.map { ", job \($0)" } ?? ""): \(cause)" }
}
