import Artifacts

/// What all stages of a run share.
struct RunContext: Sendable {
  let pipeline: String
  let workspace: Workspace
  let sources: [Source]
  let origin: PipelineOrigin?
  let gate: JobGate
  let executor: JobExecutor
  let report: @Sendable (RunEvent) -> Void
}
