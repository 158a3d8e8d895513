import Artifacts
import Pipelines
import Reports
import SystemPackage

/// What became of a run, as `run --json` tells it.
struct RunReport: Encodable {
  struct Stage: Encodable {
    var name: String
    var kind: String
    var state: StageProgress.State
    var reason: String
    var artifact: String
    var key: Digest
    var rows: Int?
    var rejects: [String: Int]?
    var seconds: Double?
    /// Rows made, taken from before, and no more there.
    var made: Int?
    var reused: Int?
    var removed: Int?
    var training: RunRecord.Training?
  }

  var pipeline: String
  var outcome: RunRecord.Outcome
  var exitCode: Int32
  var seconds: Double
  var workspace: String
  /// Folder of the run; nil if there was nothing to do.
  var run: String?
  var report: String?
  var stages: [Stage]
  var error: ErrorReport.Content?

  /// Of a run that had nothing to do.
  init(fresh plan: Plan, seconds: Double) {
    pipeline = plan.pipeline.name
    outcome = .fresh
    exitCode = 0
    self.seconds = seconds
    workspace = plan.workspace.path.string
    stages = plan.stages.map {
      Stage(
        name: $0.name, kind: $0.declaration.kind.name, state: .fresh, reason: $0.reason, artifact: $0.artifact.name,
        key: $0.recipe.key, rows: $0.summary?.rows, rejects: $0.summary?.rejects)
    }
  }

  init(_ record: RunRecord, _ session: RunSession, in workspace: Workspace, error: (any Error)?) {
    pipeline = record.request.pipeline
    outcome = record.outcome
    exitCode = Int32(record.exitCode ?? 0)
    seconds = record.seconds ?? 0
    self.workspace = workspace.path.string
    run = session.folder.path.string
    report = session.reportPath.string
    stages = record.stages.map {
      Stage(
        name: $0.name, kind: $0.kind, state: $0.state, reason: $0.reason, artifact: $0.artifact, key: $0.key, rows: $0.rows,
        rejects: $0.rejects, seconds: $0.seconds, made: $0.made, reused: $0.reused, removed: $0.removed, training: $0.training)
    }
    self.error = error.map { ErrorReport($0, ExitStatus(of: $0)).error }
  }
}
