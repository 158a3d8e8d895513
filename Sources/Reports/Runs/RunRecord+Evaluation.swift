import Artifacts
import FoundationEssentials
public import Quality

extension RunRecord {
  /// The record of an evaluation that no run made: a gate, and no stages.
  ///
  /// - Parameters:
  ///   - name: of what was judged.
  ///   - seconds: how long it took until now.
  public init(evaluationOf name: String, _ report: GateReport, seconds: Double, version: String) {
    self.init(
      request: RunRequest(pipeline: name, file: "", text: "", jobs: 1, version: version), pipelineDigest: Digest(of: ""),
      started: RunFolder.iso(Date.now.addingTimeInterval(-seconds)), memory: Memory(ceiling: 0, peak: nil), host: Host(),
      stages: [], sources: [],
      gates: [StageGate(stage: "evaluation", report: report)])
    self.seconds = seconds
    outcome = report.isMet ? .done : .gateNotMet
    exitCode = report.isMet ? 0 : 4
  }
}
