import Artifacts

extension RunRecord {
  /// Whether a stage trained anew or kept what it had, why, and the figures that it was decided by.
  public struct Training: Sendable, Codable, Equatable {
    /// "trained" or "kept".
    public var decision: String
    public var reason: String
    /// Such as the drift, the error and the error at the time of training.
    public var figures: [String: Double]

    /// Nil if the notes of a checkpoint tell of no decision.
    init?(_ notes: [String: Note]) {
      guard let decision = notes["decision"]?.text else { return nil }
      self.decision = decision
      reason = notes["reason"]?.text ?? ""
      figures = notes.compactMapValues(\.number)
    }

    /// `kept its quantizer: it drifted by 1.2%, allowed are 10%`
    public var sentence: String { "\(decision): \(reason)" }
  }
}
