import Artifacts
import Pipelines
import Testing

/// A stage follows another: it sees every shard once, whenever it begins to look.
@Suite struct ShardLedgerTests {
  private static func shard(_ number: Int) -> Checkpoint {
    Checkpoint(phase: "p", shard: ShardID(part: 0, number: number), key: Digest(of: [UInt8(number & 255)]), rows: number)
  }

  private static func manifest(_ shards: [Checkpoint]) -> Manifest {
    Manifest(
      recipe: Recipe(stage: "s", kind: "k", version: 1, options: "{}"), checkpoints: shards, outputPhase: "p")
  }

  @Test(.timeLimit(.minutes(10)), arguments: [0, 1, 7, 50, 100])
  func everyFollowerSeesEveryShardOnce(_ startingAt: Int) async throws {
    let ledger = ShardLedger()
    let shards = (0..<100).map(Self.shard)
    for shard in shards[..<startingAt] { ledger.add(shard) }
    try await withThrowingTaskGroup(of: [Int].self) { group in
      for _ in 0..<8 {
        group.addTask {
          var seen: [Int] = []
          for await shard in ledger.shards() { seen.append(shard.rows) }
          return seen
        }
      }
      group.addTask {
        for shard in shards[startingAt...] {
          ledger.add(shard)
          await Task.yield()
        }
        ledger.seal(Self.manifest(shards))
        return Array(0..<100)
      }
      for try await seen in group { #expect(seen == Array(0..<100)) }
    }
  }

  @Test(.timeLimit(.minutes(10))) func whatWasDoneBeforeIsSeenByEarlyAndLateFollowers() async throws {
    let ledger = ShardLedger()
    let early = ledger.shards()
    let sealed = Task { try await ledger.sealed() }
    let manifest = Self.manifest((0..<5).map(Self.shard))
    #expect(ledger.manifest == nil)
    ledger.seal(manifest)
    for stream in [early, ledger.shards()] {
      var seen: [Int] = []
      for await shard in stream { seen.append(shard.rows) }
      #expect(seen == [0, 1, 2, 3, 4])
    }
    #expect(try await sealed.value == manifest)
    #expect(try await ledger.sealed() == manifest)
  }

  @Test(.timeLimit(.minutes(10))) func whoWaitsIsFreedByCancellation() async throws {
    let ledger = ShardLedger()
    let waiting = Task { try await ledger.sealed() }
    let following = Task { for await _ in ledger.shards() {} }
    try await Task.sleep(for: .milliseconds(5))
    waiting.cancel()
    following.cancel()
    await #expect(throws: CancellationError.self) { try await waiting.value }
    await following.value
  }
}
