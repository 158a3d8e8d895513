extension Plan {
  /// The job that needs the most memory of all that are to be done, alone, and the bytes that the run needs for it.
  public func largestJob(threads: Int) -> (stage: String, phase: String, bytes: Int)? {
    let jobs = stages.filter(\.mustRun).flatMap { planned in
      let stage = planned.declaration.stage
      return stage.phases.map { phase in
        (planned.name, phase.name, Run.Options.base + stage.memory(of: phase, threads: phase.isParallel ? threads : 1))
      }
    }
    return jobs.max { $0.2 < $1.2 }
  }
}
