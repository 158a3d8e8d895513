import Artifacts
import Foundation
import Testing

/// Simulated crashes of the program's own commit code: a sample here; `make campaign` asks for a million by the environment.
@Suite struct CrashTests {
  /// What is crashed. A writer of its own kind is added here.
  static let scenarios: [any CrashScenario] = [ArtifactScenario(), BundleScenario(), RunScenario(), RegistryScenario()]

  private static func setting(_ name: String, or value: Int) -> Int {
    ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? value
  }

  @Test(arguments: scenarios.indices) func noPromiseIsBrokenAndNoHalfStateBelieved(_ index: Int) async throws {
    // A run with its scheduler takes longer than the commits alone.
    let share = [0.5, 0.2, 0.1, 0.2][index]
    let states = Int(Double(Self.setting("VECMILL_CRASH_STATES", or: 4000)) * share)
    let seed = UInt64(Self.setting("VECMILL_CRASH_SEED", or: 1))
    let clock = ContinuousClock.now
    let campaign = try await CrashCampaign(Self.scenarios[index])
    let (judged, faults) = await campaign.run(states: states, seed: seed)
    let seconds = clock.duration(to: .now) / .seconds(1)
    print(
      "crash states: scenario=\(campaign.scenario.name) count=\(judged) failures=\(faults.count) seed=\(seed)",
      "steps=\(campaign.steps) seconds=\((seconds * 10).rounded() / 10)")
    #expect(judged >= states || !faults.isEmpty)
    #expect(faults.isEmpty, "seed \(seed): \(faults.joined(separator: "\n"))")
  }

  /// An export that goes on after a killed one must not remove what that one replaced before the replacement is durable.
  @Test func aPowerCutAfterAKillLeavesABundle() async throws {
    let (judged, faults) = await (try CrashCampaign(BundleScenario())).deathThenPowerCut(seed: 1)
    #expect(faults.isEmpty && judged > 1000, "\(judged) states: \(faults.joined(separator: "\n"))")
  }

  /// A disk that leaves out one kind of sync loses promised work, and that is seen.
  @Test(arguments: scenarios.indices, [DiskError.Operation.sync, .syncFolder])
  func aMissingSyncIsFound(_ index: Int, _ lie: DiskError.Operation) async throws {
    let campaign = try await CrashCampaign(Self.scenarios[index], lies: [lie])
    #expect(await campaign.run(states: 4000, seed: 1).faults.count == 10)
  }
}
