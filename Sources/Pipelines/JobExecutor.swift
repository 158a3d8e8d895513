import Dispatch

/// Runs jobs on threads of their own.
///
/// Jobs compute for tenths of a second without a pause. On the cooperative pool, which has one thread a core, they would keep
/// progress and signals waiting; here the pool stays free and `JobGate` bounds the width.
final class JobExecutor: TaskExecutor {
  private let queue = DispatchQueue(label: "vecmill.jobs", attributes: .concurrent)

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
