import Artifacts
import Pipelines
import Quality
import Reports
import Stages

/// What became of one variant.
struct ExperimentOutcome: Encodable {
  var name: String
  var choices: [ExperimentFile.Choice]
  var figures: [String: Double] = [:]
  /// Whether the pipeline's own gate is open.
  var meetsGate: Bool?
  /// Conditions of the experiment that it misses.
  var missed: [String] = []
  /// Why nothing was measured.
  var fault: String?
  /// Stages that were made for it, and those that were there already.
  var stagesRun = 0
  var stagesFresh = 0

  var isFeasible: Bool { fault == nil && !figures.isEmpty && missed.isEmpty }

  init(_ variant: ExperimentFile.Variant) {
    name = variant.name.isEmpty ? "the only one" : variant.name
    choices = variant.choices
    fault = variant.fault
  }

  /// Runs the pipeline as far as its evaluations.
  mutating func measure(_ pipeline: Pipeline, _ workspace: Workspace, _ options: Run.Options) async throws {
    let gates = pipeline.stages.filter(\.stage.isGate).map(\.name)
    guard let gate = gates.first else {
      throw Failure(.invalidData, "an experiment needs an evaluate stage, to know which is best")
    }
    let needed = Set(gates.flatMap { pipeline.upstream(of: $0).map(\.name) })
    var part = pipeline
    part.stages = pipeline.stages.filter { needed.contains($0.name) }
    let plan = try Planner(part, in: workspace).plan()
    stagesRun = plan.stages.count(where: \.mustRun)
    stagesFresh = plan.stages.count - stagesRun
    do { try await Run(plan, options: options) { _ in }.execute() } catch let error as StageError {
      // A variant that its gate keeps out was measured all the same.
      guard error.cause is QualityGateNotMet else { throw error }
    }
    guard let found = StageGate.all(plan).first(where: { $0.stage == gate }) else { return }
    figures = found.report.figures
    meetsGate = found.report.isMet
  }
}

/// The objective of an experiment, its constraints, and the order that they give.
struct ExperimentRanking {
  let objective: QualityFigure
  let against: QualityFigure
  let constraints: [Condition]

  init(objective: String, against: String, constraints: [String]) throws {
    do {
      self.objective = try QualityFigure(objective)
      self.against = try QualityFigure(against)
    } catch {
      throw Failure.usage("\(error)")
    }
    self.constraints = try constraints.map(Condition.reading)
  }

  func value(_ outcome: ExperimentOutcome) -> Double? { outcome.figures[objective.key] }

  /// Those that keep to the constraints first, the best objective first among them; of equals the cheaper one.
  func ranked(_ outcomes: [ExperimentOutcome]) -> [ExperimentOutcome] {
    let judged = outcomes.map { outcome -> ExperimentOutcome in
      var outcome = outcome
      outcome.missed = constraints.filter { condition in
        outcome.figures[condition.figure.key].flatMap { condition.holds($0, champion: nil) } != true
      }.map(\.sentence)
      return outcome
    }
    func rank(_ outcome: ExperimentOutcome) -> (Int, Double, Double) {
      guard let value = value(outcome) else { return (2, 0, 0) }
      return (outcome.isFeasible ? 0 : 1, objective.moreIsBetter ? -value : value, outcome.figures[against.key] ?? .infinity)
    }
    return judged.enumerated().sorted { one, other in
      let (a, b) = (rank(one.element), rank(other.element))
      return a == b ? one.offset < other.offset : a < b
    }.map(\.element)
  }

  /// Figures that are shown: the objective, what it is held against, those of the constraints, and the usual ones.
  private var shown: [QualityFigure] {
    var figures: [QualityFigure] = []
    let usual = ["recall@10", "size", "latency"].compactMap { try? QualityFigure($0) }
    for figure in [objective, against] + constraints.map(\.figure) + usual
    where !figures.contains(where: { $0.key == figure.key }) {
      figures.append(figure)
    }
    return figures
  }

  var columns: [String] { ["variant"] + shown.map(\.name) + ["stages made", "verdict"] }

  func cells(_ outcome: ExperimentOutcome) -> [String] {
    let verdict =
      outcome.fault
      ?? (outcome.missed.isEmpty
        ? (outcome.meetsGate == false ? "its gate is shut" : "ok") : "misses " + outcome.missed.joined(separator: ", "))
    return [outcome.name] + shown.map { figure in outcome.figures[figure.key].map { figure.unit.text($0) } ?? "–" }
      + ["\(outcome.stagesRun) of \(outcome.stagesRun + outcome.stagesFresh)", verdict]
  }

  func page(_ outcomes: [ExperimentOutcome], title: String) -> ExperimentPage {
    let best = outcomes.first { $0.isFeasible }?.name
    let conditions = constraints.map(\.sentence).joined(separator: ", ")
    return ExperimentPage(
      title: title,
      note:
        "best \(objective.name)\(conditions.isEmpty ? "" : ", subject to \(conditions)"): \(best ?? "none keeps to the constraints")",
      axes: (objective.name, against.name), columns: columns,
      variants: outcomes.map { outcome in
        ExperimentPage.Variant(
          name: outcome.name, objective: value(outcome), cost: outcome.figures[against.key], isFeasible: outcome.isFeasible,
          isBest: outcome.isFeasible && outcome.name == best, cells: cells(outcome))
      }, version: Version.current)
  }
}
