import Artifacts
import Synchronization

/// Finds committed jobs of earlier artifacts that did exactly the work wanted now, so that it is linked instead of done again.
///
/// A job's key covers all that decides its result, whatever artifact or place it belongs to: an archive that did not change is not
/// read again because another one did.
final class ReuseIndex: Sendable {
  /// A committed job: one checkpoint, or for a source its shards and its own.
  struct Work: Sendable {
    var artifact: Artifact
    var checkpoints: [Checkpoint]
  }

  /// Earlier artifacts that are looked into. A manifest grows with the jobs, so that all of a month would cost more than they save.
  static let depth = 3

  private let workspace: Workspace
  private let recipe: Recipe
  private let own: Artifact
  private let works = Mutex<[Digest: Work]?>(nil)

  /// An index over the sealed artifacts made with the same signature, except one; they are read when the first job asks.
  init(_ workspace: Workspace, like recipe: Recipe, except artifact: Artifact) {
    self.workspace = workspace
    self.recipe = recipe
    own = artifact
  }

  func work(_ key: Digest) throws -> Work? {
    try works.withLock { works in
      if works == nil { works = try read() }
      return works?[key]
    }
  }

  private func read() throws -> [Digest: Work] {
    var works: [Digest: Work] = [:]
    for candidate in try workspace.artifacts(like: recipe, except: own).prefix(Self.depth) {
      guard let manifest = try? candidate.manifest() else { continue }
      for checkpoint in manifest.checkpoints {
        works[checkpoint.key, default: Work(artifact: candidate, checkpoints: [])].add(checkpoint, of: candidate)
      }
    }
    return works
  }
}

extension ReuseIndex.Work {
  fileprivate mutating func add(_ checkpoint: Checkpoint, of candidate: Artifact) {
    // Two artifacts may hold the same job; the newer one is enough.
    if candidate.name == artifact.name { checkpoints.append(checkpoint) }
  }

  /// Links the files under this artifact's names for them and commits the checkpoints there.
  ///
  /// - Parameter rename: the checkpoint as the new artifact has it, with its own shard and part.
  /// - Returns: the new checkpoints; nil if a file is damaged or gone, so that the work is done again.
  func link(into target: Artifact, _ rename: (Checkpoint) -> Checkpoint) throws -> [Checkpoint]? {
    guard checkpoints.allSatisfy({ $0.files.allSatisfy { (try? artifact.check($0)) != nil } }) else { return nil }
    return try checkpoints.map { old in
      var new = rename(old)
      new.files = try old.files.map { file in
        var file = file
        let from = artifact.path(of: file.name)
        file.name = new.stem + file.name.dropFirst(old.stem.count)
        try? target.disk.remove(target.path(of: file.name))
        try target.disk.link(from, to: target.path(of: file.name))
        return file
      }
      try target.commit(new)
      return new
    }
  }
}
