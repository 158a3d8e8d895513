import Artifacts
import Quality
import Registries
import Reports
import SystemPackage

extension RegistryLineage {
  /// Keys of the stages that the bundle came through.
  private var keys: Set<String> {
    Set((stages ?? "").split(separator: "\n").compactMap { $0.split(separator: " ").last.map(String.init) })
  }

  /// The newest run of a workspace in whose plan all stages of the bundle were, as its export or a later look at it; nil if the
  /// workspace knows none.
  func run(in workspace: Workspace) throws -> RunRecord? {
    let keys = keys
    guard !keys.isEmpty else { return nil }
    for folder in try workspace.runs().reversed() {
      guard let record = try? folder.record(), record.request.pipeline == pipeline else { continue }
      if keys.isSubset(of: record.stages.map(\.key.hex)) { return record }
    }
    return nil
  }

  /// Adds what a run knows and its bundle does not: the pipeline file, parameters and program.
  mutating func add(_ run: RunRecord) {
    file = run.request.file
    text = run.request.text
    textDigest = run.pipelineDigest
    parameters = run.request.parameters
    program = run.request.version
    // The commit of today is that of the run only if the file is still the same.
    let path = FilePath(run.request.file)
    if let found = try? SystemDisk().digest(path).digest, found == run.pipelineDigest {
      commit = GitCommit.of(folder: path.removingLastComponent())
    }
  }

  /// Figures of the run's gates that measured the bundle's own index.
  func metrics(of run: RunRecord) -> [String: Double] {
    let keys = keys
    return (run.gates ?? []).reduce(into: [:]) { metrics, gate in
      let inputs = run.stages.first { $0.name == gate.stage }?.inputs ?? []
      guard inputs.contains(where: { keys.contains($0.key.hex) }) else { return }
      metrics.merge(gate.report.metrics) { $1 }
    }
  }
}
