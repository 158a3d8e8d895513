import Quality
import Testing

/// Verdicts: what passes, what fails, what is skipped, and what is said.
@Suite struct JudgeTests {
  private func judge(_ champion: Judge.Champion) -> Judge { Judge(bootstrap: Bootstrap(seed: 1), champion: champion) }

  private func condition(_ figure: String, _ text: String) throws -> Condition {
    try Condition(figure: QualityFigure(figure), text: text)
  }

  @Test func absoluteConditions() throws {
    let measured = Measurement(of: [1, 1, 0, 1])
    let verdict = judge(.none).verdict(on: try condition("recall@10", ">= 0.8"), measured)
    #expect(
      verdict.outcome == .missed && !verdict.isMet && verdict.value == 0.75 && verdict.bound == 0.8 && verdict.margin == nil)
    #expect(verdict.interval?[0] ?? 1 < 0.75 && verdict.interval?[1] ?? 0 > 0.75)
    #expect(verdict.sentence.hasPrefix("recall@10 is 0.75 (") && verdict.sentence.hasSuffix("required >= 0.8: not met"))
    #expect(judge(.none).verdict(on: try condition("recall@10", ">= 0.7"), measured).outcome == .met)
  }

  @Test func withoutAChampionWhatIsAskedOfItPasses() throws {
    for champion in [Judge.Champion.none, .notNamed] {
      for (figure, text) in [("recall@10", ">= champion"), ("rbo@10", ">= 0.9"), ("mean_shift", "<= 0.1")] {
        let verdict = judge(champion).verdict(on: try condition(figure, text), Measurement(0.1))
        #expect(verdict.outcome == .skipped && verdict.isMet && verdict.sentence.contains("no champion yet"))
      }
    }
  }

  @Test func relativeConditionsComparePairs() throws {
    var measured = Measurement(of: [1, 1, 1, 0.9])
    measured.compare(with: [1, 1, 1, 1], own: [0.9, 0.9, 0.9, 0.9])
    let verdict = judge(.present).verdict(on: try condition("recall@10", ">= champion - 0.05"), measured)
    #expect(verdict.outcome == .missed && verdict.champion == 1 && abs(verdict.bound! - 0.95) < 1e-12)
    #expect(abs(verdict.value! - 0.9) < 1e-12, "what is held against the champion is what both could find")
    #expect(abs(verdict.margin![0] + 0.05) < 1e-12 && abs(verdict.margin![1] + 0.05) < 1e-12)
    #expect(judge(.present).verdict(on: try condition("recall@10", ">= champion - 0.2"), measured).outcome == .met)
  }

  /// A recorded value has no queries of its own: it is taken as exact.
  @Test func recordedChampions() throws {
    var measured = Measurement(of: (0..<100).map { Double($0 % 2) })
    measured.champion = 0.6
    let verdict = judge(.present).verdict(on: try condition("recall@10", ">= champion"), measured)
    #expect(verdict.outcome == .missed && verdict.margin![0] < -0.1 && verdict.margin![1] > -0.1)
  }

  @Test func whatCannotBeMeasuredFailsAGateAndNoWarning() throws {
    let relative = try condition("recall@10", ">= champion")
    #expect(judge(.present).verdict(on: relative, Measurement(0.5)).outcome == .missed)
    #expect(judge(.present).verdict(on: relative, Measurement(0.5), isWarning: true).outcome == .skipped)
    #expect(judge(.present).verdict(on: relative, nil).sentence.contains("not measured"))
    let nothing = Measurement(nil, note: "the records have no field class")
    #expect(judge(.none).verdict(on: try condition("mAP@10", ">= 0.1"), nothing).sentence.contains("no field class"))
  }

  @Test func warningsNeverClose() throws {
    let verdict = judge(.none).verdict(on: try condition("reject_rate", "<= 1%"), Measurement(0.2), isWarning: true)
    #expect(verdict.outcome == .missed && verdict.isMet && verdict.sentence.contains("a warning"))
  }
}
