import Artifacts
import Synchronization

/// What a stage has committed, before and during this run.
final class StageRecord: Sendable {
  private let checkpoints: Mutex<[String: Checkpoint]>

  init(_ sound: [Checkpoint]) {
    checkpoints = Mutex(Dictionary(sound.map { ($0.stem, $0) }) { first, _ in first })
  }

  func add(_ checkpoint: Checkpoint) { checkpoints.withLock { $0[checkpoint.stem] = checkpoint } }

  subscript(stem: String) -> Checkpoint? { checkpoints.withLock { $0[stem] } }

  /// All, by name.
  var all: [Checkpoint] {
    checkpoints.withLock { $0.values.sorted { $0.stem.utf8.lexicographicallyPrecedes($1.stem.utf8) } }
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
