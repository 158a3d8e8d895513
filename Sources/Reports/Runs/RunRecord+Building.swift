import Artifacts
import Glibc
import Pipelines
import SystemPackage

extension RunRecord {
  /// The record of a run that begins.
  init(_ plan: Plan, _ request: RunRequest, memory: Int, started: String) {
    self.init(
      request: request, pipelineDigest: Digest(of: request.text), started: started,
      memory: Memory(ceiling: memory, peak: nil), host: Host(), stages: [], sources: plan.distinctSources)
  }

  /// Fills in what became of the stages.
  mutating func fill(from model: ProgressModel, _ plan: Plan, peaks: [Int?]) {
    stages = zip(plan.stages, zip(model.stages, peaks)).map { planned, rest in
      Stage(planned, rest.0, peakMemory: rest.1)
    }
  }
}

extension RunRecord.Stage {
  init(_ planned: PlannedStage, _ progress: StageProgress, peakMemory: Int?) {
    let recipe = planned.recipe
    let rates = progress.meanRates
    self.init(
      name: planned.name, kind: recipe.kind, version: recipe.version, options: recipe.options, materials: recipe.materials,
      inputs: recipe.inputs, state: progress.state, reason: planned.reason, artifact: planned.artifact.name, key: recipe.key,
      rows: nil, bytes: nil, seconds: progress.started.flatMap { start in progress.ended.map { $0 - start } },
      activeSeconds: progress.activeSeconds, busySeconds: progress.busySeconds, itemsPerSecond: rates.items,
      bytesPerSecond: rates.bytes, jobs: progress.endedJobs, reusedJobs: progress.reusedJobs, peakMemory: peakMemory)
    if recipe.kind == "index" {
      trials = IndexTrials("try", in: planned.artifact)
      tuning = IndexTrials("tune", in: planned.artifact)
    }
    (made, reused, removed) = (progress.reuse?.made, progress.reuse?.reused, progress.reuse?.removed)
    if let summary = try? planned.artifact.summary() {
      rows = summary.rows
      bytes = summary.bytes
      rejects = summary.rejects
      training = summary.wholes.lazy.compactMap { RunRecord.Training($0.notes) }.first
    } else {
      rejects = planned.artifact.committedRejects()
    }
  }
}

extension Artifact {
  /// Rejects by code in the checkpoints of an artifact that is not sealed; their digests are not checked.
  fileprivate func committedRejects() -> [String: Int] {
    let names = ((try? disk.list(path)) ?? []).filter { $0.hasSuffix(Artifact.checkpointFileEnding) }
    return names.reduce(into: [:]) { rejects, name in
      let path = path(of: name)
      guard let bytes = try? disk.read(path),
        let checkpoint = try? SealedJSON.decode(Checkpoint.self, from: bytes, path: path)
      else { return }
      rejects.merge(checkpoint.rejects, uniquingKeysWith: +)
    }
  }
}

extension Plan {
  /// Sources of all stages, each once.
  var distinctSources: [Source] {
    var seen: Set<Source> = []
    return sources.filter { seen.insert($0).inserted }
  }
}

extension RunRecord.Host {
  init() {
    var model: String?
    try? TextLines("/proc/cpuinfo").forEach { line in
      guard line.hasPrefix("model name"), let colon = line.firstIndex(of: ":") else { return true }
      model = String(line[line.index(after: colon)...].drop { $0 == " " })
      return false
    }
    self.init(cpus: sysconf(Int32(_SC_NPROCESSORS_ONLN)), cpu: model, process: Int(getpid()))
  }
}
