/// Holds conditions against measurements.
public struct Judge: Sendable {
  /// Whether there is a champion to be compared with.
  public enum Champion: Sendable, Hashable {
    /// The stage names none.
    case notNamed
    /// The name has no version in that place yet: what is asked of it passes.
    case none
    case present
  }

  public var bootstrap: Bootstrap
  public var champion: Champion

  public init(bootstrap: Bootstrap, champion: Champion) {
    self.bootstrap = bootstrap
    self.champion = champion
  }

  /// - Parameter isWarning: whether the condition only warns.
  public func verdict(on condition: Condition, _ measured: Measurement?, isWarning: Bool = false) -> Verdict {
    var verdict = Verdict(
      figure: condition.figure.name, threshold: condition.text, value: nil, outcome: .missed, isWarning: isWarning,
      unit: condition.figure.unit)
    if condition.isRelative, champion != .present {
      verdict.value = measured?.value
      verdict.outcome = .skipped
      verdict.note = "there is no champion yet"
      return verdict
    }
    verdict.note = measured?.note
    guard let measured, let value = (condition.isRelative ? measured.shared?.value : nil) ?? measured.value else {
      // A warning about what cannot be measured would come every night.
      if isWarning { verdict.outcome = .skipped }
      return verdict
    }
    verdict.value = value
    verdict.champion = condition.isRelative ? measured.champion : nil
    guard let holds = condition.holds(value, champion: measured.champion),
      let (bound, part) = condition.tightestBound(value, champion: measured.champion)
    else {
      if isWarning { verdict.outcome = .skipped }
      verdict.note = verdict.note ?? "the champion has no such figure"
      return verdict
    }
    verdict.bound = bound
    verdict.outcome = holds ? .met : .missed
    addIntervals(to: &verdict, part, measured, isRelative: condition.isRelative)
    return verdict
  }

  private func addIntervals(to verdict: inout Verdict, _ part: Condition.Part, _ measured: Measurement, isRelative: Bool) {
    guard let values = (isRelative ? measured.shared?.values : nil) ?? measured.values else { return }
    let statistic = measured.statistic
    verdict.interval = bootstrap.interval(values, statistic).map { [$0.lowerBound, $0.upperBound] }
    guard part.bound.isRelative else { return }
    if let other = measured.championValues, other.count == values.count {
      verdict.margin = bootstrap.interval([values, other], statistic) { pair in
        part.bound.value(champion: pair[1]).map { pair[0] - $0 }
      }.map { [$0.lowerBound, $0.upperBound] }
    } else if let champion = measured.champion {
      // The champion's own queries are not at hand: its value is taken as exact.
      verdict.margin = bootstrap.interval([values], statistic) { own in
        part.bound.value(champion: champion).map { own[0] - $0 }
      }.map { [$0.lowerBound, $0.upperBound] }
    }
  }
}
