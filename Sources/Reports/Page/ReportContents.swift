import Artifacts
import Pipelines

/// All that a report shows, gathered from a run and from what its stages left on disk.
struct ReportContents: Sendable {
  var record: RunRecord
  var timeline: Timeline
  var memory: MemorySeries
  var rejects: [RejectGroup] = []
  var evaluations: [Evaluation] = []

  /// Seconds that the time line covers.
  var duration: Double { max(record.seconds ?? 0, memory.samples.last?.time ?? 0, 0.001) }
}

extension ReportContents {
  init(_ plan: Plan, _ record: RunRecord, _ timeline: Timeline, _ memory: MemorySeries) {
    self.init(record: record, timeline: timeline, memory: memory)
    for (planned, stage) in zip(plan.stages, record.stages) {
      rejects += RejectGroup.groups(stage, in: planned.artifact)
      if stage.kind == Evaluation.kind, let evaluation = Evaluation(stage: stage.name, in: planned.artifact) {
        evaluations.append(evaluation)
      }
    }
  }
}
