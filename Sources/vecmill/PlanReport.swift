import Artifacts
import Pipelines
import Reports

/// What a run would do, for `plan`, `run --dry-run` and `status --stale`.
struct PlanReport: Encodable {
  struct Stage: Encodable {
    var name: String
    var kind: String
    var mustRun: Bool
    var reason: String
    var artifact: String
    var key: Digest
    var inputs: [String]
    var sources: [Source]
    var rows: Int?
  }

  var pipeline: String
  var isFresh: Bool
  var stages: [Stage]

  init(_ plan: Plan) {
    pipeline = plan.pipeline.name
    isFresh = plan.isFresh
    stages = plan.stages.map {
      Stage(
        name: $0.name, kind: $0.declaration.kind.name, mustRun: $0.mustRun, reason: $0.reason, artifact: $0.artifact.name,
        key: $0.recipe.key, inputs: $0.declaration.inputs, sources: $0.recipe.sources, rows: $0.summary?.rows)
    }
  }

  /// One line a stage, and a last one that says it all.
  func text(explained: Bool) -> String {
    let width = stages.map { DisplayWidth.of($0.name) }.max() ?? 0
    var lines = stages.map { stage in
      let word = stage.mustRun ? "run  " : "fresh"
      let head = "\(word)  \(DisplayWidth.padded(stage.name, to: width))"
      return explained ? "\(head)  \(SafeText.escaped(stage.reason))" : "\(head)  \(stage.kind)"
    }
    let count = stages.count { $0.mustRun }
    lines.append(
      isFresh
        ? "\(pipeline): nothing to do" : "\(pipeline): \(Figure.count(count, "stage")) to run, \(stages.count - count) fresh")
    return lines.joined(separator: "\n") + "\n"
  }
}
