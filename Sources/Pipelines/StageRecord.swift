import Artifacts
import Synchronization

/// What a stage has committed, before and during this run.
///
/// A stage may have many thousands of jobs, each of which asks here: whatever a job asks for is found by an index.
final class StageRecord: Sendable {
  private struct State {
    var checkpoints: [String: Checkpoint] = [:]
    /// Names of checkpoints by the key of their job; a source's job has one for each shard.
    var names: [Digest: Set<String>] = [:]
    /// Names of the work that is no shard and no source.
    var wholes: Set<String> = []

    mutating func add(_ checkpoint: Checkpoint) {
      let name = checkpoint.stem
      if let old = checkpoints.updateValue(checkpoint, forKey: name) { names[old.key]?.remove(name) }
      names[checkpoint.key, default: []].insert(name)
      if checkpoint.shard == nil && checkpoint.part == nil { wholes.insert(name) }
    }
  }

  private let state: Mutex<State>

  init(_ sound: [Checkpoint]) {
    var state = State()
    for checkpoint in sound { state.add(checkpoint) }
    self.state = Mutex(state)
  }

  func add(_ checkpoint: Checkpoint) { state.withLock { $0.add(checkpoint) } }

  subscript(stem: String) -> Checkpoint? { state.withLock { $0.checkpoints[stem] } }

  /// What jobs of a key committed in a phase, by name.
  func made(by key: Digest, in phase: String) -> [Checkpoint] {
    state.withLock { state in
      (state.names[key] ?? []).compactMap { state.checkpoints[$0] }
    }.filter { $0.phase == phase }.sorted(by: Self.byName)
  }

  /// The work on the whole input, by name.
  var wholes: [Checkpoint] {
    state.withLock { state in state.wholes.compactMap { state.checkpoints[$0] } }.sorted(by: Self.byName)
  }

  /// All, by name.
  var all: [Checkpoint] { state.withLock { Array($0.checkpoints.values) }.sorted(by: Self.byName) }

  private static func byName(_ one: Checkpoint, _ other: Checkpoint) -> Bool {
    one.stem.utf8.lexicographicallyPrecedes(other.stem.utf8)
  }

  /// All as a manifest lists them: by phase; in each, work on the whole and on sources first, then shards.
  func inOrder(_ phases: [Phase]) -> [Checkpoint] {
    let all = all
    return phases.flatMap { phase in
      let mine = all.filter { $0.phase == phase.name }
      return mine.filter { $0.shard == nil }.sorted { ($0.part ?? -1) < ($1.part ?? -1) }
        + mine.filter { $0.shard != nil }.sorted { $0.shard! < $1.shard! }
    }
  }
}
