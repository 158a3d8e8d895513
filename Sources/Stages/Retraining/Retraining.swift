import Artifacts
import Pipelines

/// When a stage that learns from its input learns again: the options `retrain` and `max_drift`.
struct Retraining: Sendable {
  enum Policy: String, CaseIterable, Sendable {
    /// When what it learnt suits the input much worse than what it learnt it from.
    case auto
    case always
    /// Only where there is nothing that could be kept.
    case never
  }

  var policy = Policy.auto
  /// The drift that auto bears, as a share.
  var limit = 0.1

  /// Vectors that a drift is measured on, at most: enough for about a hundredth of any figure.
  static let sample = 16_384

  init(policy: Policy = .auto, limit: Double = 0.1) {
    self.policy = policy
    self.limit = limit
  }

  init(_ options: StageOptions) {
    policy = Policy(rawValue: options.text("retrain"))!
    limit = options.number("max_drift")
  }

  /// No part of the key by themselves: they decide something only together with what is kept, and then stand in the key with it.
  static func specs(of noun: String) -> [OptionSpec] {
    [
      OptionSpec(
        "retrain", .choice(Policy.allCases.map(\.rawValue)), default: .text(Policy.auto.rawValue), key: false,
        "Whether the \(noun) of the artifact before is kept: auto keeps it until it drifted, never trains only where there is none."
      ),
      OptionSpec(
        "max_drift", .number(0...1000), default: .number(0.1), key: false,
        "auto: how much worse, as a share, the \(noun) may suit the new vectors than those that it was made from."),
    ]
  }

  /// What the stage takes over; nil if it never does.
  func inheritance(of phase: String, noun: String) -> Inheritance? {
    switch policy {
    case .always: nil
    case .never: Inheritance(phase: phase, rule: "never", noun: noun)
    case .auto: Inheritance(phase: phase, rule: "auto \(limit)", noun: noun)
    }
  }
}

/// Whether to keep what was learnt, and why.
struct TrainingDecision {
  var isKept: Bool
  /// `it drifted by 1.2%, allowed are 10%`
  var reason: String
  var figures: [String: Double] = [:]

  static func train(_ reason: String) -> TrainingDecision { TrainingDecision(isKept: false, reason: reason) }

  static let never = TrainingDecision(isKept: true, reason: "retrain is never")
  static let first = train("there was none to keep")
  static let always = train("retrain is always")
  static let refitted = train("what lies before it was fitted anew")

  /// By the drift alone.
  init(drift: Double, limit: Double, figures: [String: Double]) {
    isKept = drift <= limit
    let words = "it drifted by \(Self.percent(drift))"
    reason = isKept ? "\(words), allowed are \(Self.percent(limit))" : "\(words), more than the \(Self.percent(limit)) allowed"
    // JSON has no infinity.
    self.figures = figures.merging(drift.isFinite ? ["drift": drift, "limit": limit] : ["limit": limit]) { $1 }
  }

  private init(isKept: Bool, reason: String) {
    self.isKept = isKept
    self.reason = reason
  }

  private static func percent(_ share: Double) -> String {
    guard share.isFinite else { return "more than can be said" }
    let tenths = (share * 1000).rounded() / 10
    return tenths == tenths.rounded() ? "\(Int(clamping: Int64(tenths)))%" : "\(tenths)%"
  }

  /// As a checkpoint keeps it, and the report shows it.
  func notes(_ noun: String) -> [String: Note] {
    figures.mapValues(Note.number).merging([
      "decision": .text((isKept ? "kept its " : "trained its ") + noun), "reason": .text(reason),
    ]) { $1 }
  }
}

extension Job {
  /// Digest of all that decides which space the input's vectors lie in: embedders, and what was fitted on the way.
  ///
  /// What was learnt from vectors is of use only for others of the same space.
  func space() throws -> Digest {
    var hasher = Digest.Hasher()
    for ancestor in try ancestry() {
      if ancestor.recipe.kind == FeaturizeStage.kind.name { hasher.field("embedder \(ancestor.recipe.signature)") }
      if let fit = ancestor.summary.whole("fit") { hasher.field("fit \(fit.content)") }
    }
    return hasher.finish()
  }

  /// The main input, its main input, and so on to the beginning; all must be done.
  func ancestry() throws -> [(artifact: Artifact, recipe: Recipe, summary: Summary)] {
    var line: [(artifact: Artifact, recipe: Recipe, summary: Summary)] = []
    var next = inputs.first.map { Recipe.Input(stage: $0.stage, key: $0.recipe.key) }
    while let input = next {
      let artifact = workspace.artifact(stage: input.stage, key: input.key)
      guard let recipe = try artifact.recipe(), let summary = try artifact.summary() else {
        throw MissingWork(stage: input.stage, phase: "manifest")
      }
      line.append((artifact, recipe, summary))
      next = recipe.inputs.first
    }
    return line
  }
}
