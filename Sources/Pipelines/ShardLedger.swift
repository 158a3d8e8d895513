package import Artifacts
import Synchronization

/// The shards of one artifact as they are committed, and at last the manifest: how a stage follows the one before it.
package final class ShardLedger: Sendable {
  private struct State {
    var shards: [Checkpoint] = []
    var manifest: Manifest?
    var followers: [AsyncStream<Checkpoint>.Continuation] = []
    var waiters: [AsyncStream<Manifest>.Continuation] = []
  }

  private let state = Mutex(State())

  package init() {}

  /// A shard was committed.
  package func add(_ shard: Checkpoint) {
    state.withLock { state in
      state.shards.append(shard)
      for follower in state.followers { follower.yield(shard) }
    }
  }

  /// The artifact is done. One that was done before is sealed without its shards having been added.
  package func seal(_ manifest: Manifest) {
    state.withLock { state in
      if state.shards.isEmpty {
        for follower in state.followers { for shard in manifest.shards { follower.yield(shard) } }
      }
      state.shards = manifest.shards
      state.manifest = manifest
      for follower in state.followers { follower.finish() }
      for waiter in state.waiters {
        waiter.yield(manifest)
        waiter.finish()
      }
      (state.followers, state.waiters) = ([], [])
    }
  }

  /// The manifest if the artifact is done.
  package var manifest: Manifest? { state.withLock(\.manifest) }

  /// Every shard, those committed already first; ends when the artifact is sealed.
  package func shards() -> AsyncStream<Checkpoint> {
    AsyncStream { follower in
      state.withLock { state in
        for shard in state.shards { follower.yield(shard) }
        if state.manifest == nil { state.followers.append(follower) } else { follower.finish() }
      }
    }
  }

  /// Waits until the artifact is done.
  package func sealed() async throws -> Manifest {
    let stream = AsyncStream<Manifest> { waiter in
      state.withLock { state in
        if let manifest = state.manifest {
          waiter.yield(manifest)
          waiter.finish()
        } else {
          state.waiters.append(waiter)
        }
      }
    }
    for await manifest in stream { return manifest }
    throw CancellationError()
  }
}
