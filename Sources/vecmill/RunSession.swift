import Artifacts
import Pipelines
import Reports
import Synchronization
import SystemPackage

/// One run under way: who is told of it, and how it is ended exactly once, whoever ends it.
final class RunSession: Sendable {
  private let recorder: RunRecorder
  private let progress: ProgressReporter
  private let reportCopy: FilePath?
  private let hasEnded = Mutex(false)
  /// Others who are told of everything.
  private let observers: [@Sendable (RunEvent) -> Void]

  init(
    _ recorder: RunRecorder, _ progress: ProgressReporter, reportCopy: FilePath?,
    observers: [@Sendable (RunEvent) -> Void] = []
  ) {
    self.recorder = recorder
    self.observers = observers
    self.progress = progress
    self.reportCopy = reportCopy
  }

  var folder: RunFolder { recorder.folder }
  var reportPath: FilePath { reportCopy ?? recorder.folder.reportPath }

  /// Runs the plan; a signal stops it.
  ///
  /// - Returns: what ended it, if it did not come to its end.
  func execute(_ plan: Plan, _ options: Run.Options, under interruption: Interruption) async -> (any Error)? {
    let run = Run(plan, options: options) { [recorder, progress, observers] event in
      recorder.observe(event)
      progress.observe(event)
      for observer in observers { observer(event) }
    }
    let task = Task { try await run.execute() }
    interruption.watch(
      Interruption.Work(
        cancel: { task.cancel() },
        abandon: { [self] status in
          _ = try? end(status, Interrupted(status: status))
          Output.note("vecmill: error: \(Interrupted(status: status))")
        }))
    let result = await task.result
    if let status = interruption.status { return Interrupted(status: status) }
    if case .failure(let error) = result { return error }
    return nil
  }

  /// Leaves the terminal as it was and writes the record and the report; does nothing the second time.
  ///
  /// - Returns: the record; nil if somebody else is ending the run.
  func end(_ status: ExitStatus, _ error: (any Error)?) throws -> RunRecord? {
    let isSecond = hasEnded.withLock { ended in
      defer { ended = true }
      return ended
    }
    if isSecond { return nil }
    progress.finish()
    let told: (any Error)? = error is Interrupted ? CancellationError() : error
    return try recorder.finish(exitCode: Int(status.rawValue), error: told, report: reportCopy)
  }
}
