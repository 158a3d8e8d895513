public import Pipelines
public import Quality

/// What one `evaluate` stage of a run decided.
public struct StageGate: Sendable, Codable {
  public var stage: String
  public var report: GateReport

  public init(stage: String, report: GateReport) {
    self.stage = stage
    self.report = report
  }

  /// The gates of a plan, as their artifacts have them; those that measured nothing yet are left out.
  public static func all(_ plan: Plan) -> [StageGate] {
    plan.stages.filter { $0.declaration.stage.isGate }.compactMap { planned in
      (try? GateReport.read(planned.artifact)).flatMap { $0 }.map { StageGate(stage: planned.name, report: $0) }
    }
  }
}
