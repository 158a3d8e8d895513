import Artifacts
import Synchronization
import SystemPackage
import Tensors

/// Work on a simulated disk, done by the program's own commit code, and what must hold of it whatever ended it.
protocol CrashScenario: Sendable {
  var name: String { get }
  /// What is on the disk before.
  func prepare(_ disk: SimulatedDisk) async throws
  /// Does what is not done yet, as a run does, and notes what it was promised; throws when the disk does.
  func work(on disk: SimulatedDisk, _ ledger: Ledger) async throws
  /// What is wrong with what a crash left: promised work that is gone, or a half state that is believed.
  func fault(on disk: SimulatedDisk, _ promised: Set<String>) throws -> String?
  /// Whether a path may be left over by a crash until it is in the way.
  func mayRemain(_ path: String) -> Bool
}

extension CrashScenario {
  func mayRemain(_ path: String) -> Bool { false }
}

/// The commits that a scenario's work was told are durable, and the work that it had to do.
final class Ledger: Sendable {
  private struct State {
    var promised: Set<String> = []
    var done: [String] = []
  }
  private let state: Mutex<State>

  init(_ promised: Set<String> = []) { state = Mutex(State(promised: promised)) }

  var promised: Set<String> { state.withLock(\.promised) }
  var done: [String] { state.withLock(\.done) }
  func promise(_ work: String) { state.withLock { _ = $0.promised.insert(work) } }
  func note(done work: String) { state.withLock { $0.done.append(work) } }
}

/// Runs a scenario through crashes.
struct CrashCampaign {
  let scenario: any CrashScenario
  private let start: SimulatedState
  private let reference: [String: [UInt8]]
  /// Steps of an undisturbed run.
  let steps: Int
  /// What an undisturbed run has to do.
  private let whole: Int

  /// - Parameter lies: syncs that the disk leaves out.
  init(_ scenario: any CrashScenario, lies: Set<DiskError.Operation> = []) async throws {
    self.scenario = scenario
    var empty = SimulatedState()
    empty.liesAbout = lies
    let disk = SimulatedDisk(empty)
    try await scenario.prepare(disk)
    start = disk.after(nil)
    let undisturbed = SimulatedDisk(start.process(stopping: nil))
    let ledger = Ledger()
    try await scenario.work(on: undisturbed, ledger)
    steps = undisturbed.state.withLock(\.operations)
    reference = undisturbed.state.withLock { $0.tree() }
    whole = ledger.done.count
    if let fault = try scenario.fault(on: undisturbed, ledger.promised) { throw CrashFault("undisturbed: \(fault)") }
  }

  /// Judges so many crash states, each by itself reproducible from the seed and its number.
  func run(states: Int, seed: UInt64) async -> (states: Int, faults: [String]) {
    var (judged, faults, round) = (0, [String](), UInt64(0))
    while judged < states && faults.count < 10 {
      var random = SeededRandom(seed: seed &* 1_000_003 &+ round)
      // Every step is the first one's end equally often; what ends later attempts is drawn.
      let at = 1 + Int(round) % (steps + 1)
      do { judged += try await attempts(at, &random) } catch {
        faults.append("\(scenario.name), round \(round), stopped at step \(at): \(error)")
      }
      round += 1
    }
    return (judged, faults)
  }

  /// Every step at which a process dies, and every step at which the power fails while the next one goes on from its memory.
  func deathThenPowerCut(seed: UInt64) async -> (states: Int, faults: [String]) {
    var (random, judged, faults) = (SeededRandom(seed: seed), 0, [String]())
    for first in 1...steps {
      for second in 1...steps where faults.count < 10 {
        do {
          let one = try await attempt(start, [], first, .death)
          let two = try await attempt(one.disk.after(nil), one.promised, second, .death)
          for _ in 0..<2 {
            try judge(two.disk.after(PowerCut(seed: random.next())), two.promised)
            judged += 1
          }
        } catch { faults.append("\(scenario.name), stopped at step \(first), then at \(second): \(error)") }
      }
    }
    return (judged, faults)
  }

  /// One attempt that is stopped, then several worlds in which it left different things, each with more attempts.
  private func attempts(_ at: Int, _ random: inout SeededRandom) async throws -> Int {
    var judged = 0
    let first = try await attempt(start, [], at, &random)
    for _ in 0..<8 {
      var (state, promised) = (first.disk.after(cut(&random)), first.promised)
      try judge(state, promised)
      judged += 1
      for _ in 0..<random.below(3) {
        let next = try await attempt(state, promised, 1 + random.below(steps), &random)
        (state, promised) = (next.disk.after(cut(&random)), next.promised)
        try judge(state, promised)
        judged += 1
      }
      try await finish(state, promised)
    }
    return judged
  }

  private func attempt(
    _ state: SimulatedState, _ promised: Set<String>, _ at: Int, _ random: inout SeededRandom
  ) async throws -> (disk: SimulatedDisk, promised: Set<String>) {
    let stops: [SimulatedState.Stop] = [.death, .death, .death, .error(.noSpace), .error(.ioError)]
    return try await attempt(state, promised, at, stops[random.below(stops.count)])
  }

  private func attempt(
    _ state: SimulatedState, _ promised: Set<String>, _ at: Int, _ stop: SimulatedState.Stop
  ) async throws -> (disk: SimulatedDisk, promised: Set<String>) {
    let disk = SimulatedDisk(state.process(stopping: (at, stop)))
    let ledger = Ledger(promised)
    do { try await scenario.work(on: disk, ledger) } catch let error where error is CrashFault { throw error } catch {}
    return (disk, ledger.promised)
  }

  /// Two times of three the power fails; otherwise only the process died, and its unsynced work is still in memory.
  private func cut(_ random: inout SeededRandom) -> PowerCut? {
    random.below(3) == 0 ? nil : PowerCut(seed: random.next())
  }

  private func judge(_ state: SimulatedState, _ promised: Set<String>) throws {
    let disk = SimulatedDisk(state.process(stopping: nil))
    if let fault = try scenario.fault(on: disk, promised) { throw CrashFault(fault) }
  }

  /// The next run, undisturbed: it does nothing again that was promised, and ends where all runs end.
  private func finish(_ state: SimulatedState, _ promised: Set<String>) async throws {
    let disk = SimulatedDisk(state.process(stopping: nil))
    let ledger = Ledger(promised)
    try await scenario.work(on: disk, ledger)
    if let again = ledger.done.first(where: promised.contains) { throw CrashFault("\(again) was promised, and done again") }
    let tree = disk.state.withLock { $0.tree() }
    for path in Set(tree.keys).union(reference.keys).sorted() where tree[path] != reference[path] {
      // A temporary file that comes back after its rename is dead weight, and no journal brings it.
      if scenario.mayRemain(path) || path.hasSuffix(DurableFile.temporaryEnding) { continue }
      throw CrashFault("after the next run \(path) is not as in an undisturbed one")
    }
  }
}

struct CrashFault: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
