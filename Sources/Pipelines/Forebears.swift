public import Artifacts

/// What a workspace holds of a stage's earlier artifacts, and what a new one takes from them.
///
/// A recipe that was worked out from options and sources alone is completed here by its history: what it keeps of the artifact before
/// it, and how often its rejects were tried again. Both are then parts of its key.
struct Forebears {
  private let workspace: Workspace

  init(_ workspace: Workspace) { self.workspace = workspace }

  /// The recipe with its history.
  ///
  /// What was made of the same before stands as it is, whatever it kept: an input that did not change is nothing to do. Only
  /// something new asks the last artifact for what it leaves.
  ///
  /// - Parameters:
  ///   - isForced: whether the artifact will be made again, so that it cannot take anything from itself.
  ///   - retryingRejects: whether to begin another attempt at what was rejected.
  func resolved(
    _ base: Recipe, inheriting inheritance: Inheritance?, isForced: Bool, retryingRejects: Bool
  ) throws -> Recipe {
    var recipe = base
    recipe.kept = try inheritance.flatMap { try kept(by: base, $0, isForced: isForced) }
    while try isDone(recipe.nextAttempt) { recipe = recipe.nextAttempt }
    if retryingRejects, let summary = try workspace.artifact(for: recipe).summary(), summary.rejected > 0 {
      recipe = recipe.nextAttempt
    }
    return recipe
  }

  private func isDone(_ recipe: Recipe) throws -> Bool { try workspace.artifact(for: recipe).summary() != nil }

  private func kept(by base: Recipe, _ inheritance: Inheritance, isForced: Bool) throws -> Kept? {
    let key = base.key
    let candidates = try workspace.artifacts(of: base.stage).newestFirst().compactMap { dated -> Candidate? in
      guard let recipe = try? dated.artifact.recipe(), recipe.signature == base.signature, recipe.kind == base.kind else {
        return nil
      }
      return Candidate(recipe: recipe, artifact: dated.artifact, isDone: dated.sealed != nil)
    }
    let heirlooms = candidates.filter(\.isDone).map { ($0, $0.heirloom(of: inheritance)) }
    func canBeHad(_ kept: Kept?, by own: Candidate) -> Bool {
      guard let kept else { return true }
      return heirlooms.contains { $0.0.artifact.name != own.artifact.name && $0.1 == kept.digest }
    }
    let same = candidates.filter { $0.recipe.base.key == key }
    if let made = same.first(where: { $0.isDone && (!isForced || canBeHad($0.recipe.kept, by: $0)) }) {
      return made.recipe.kept
    }
    if let begun = same.first(where: { !$0.isDone && canBeHad($0.recipe.kept, by: $0) }) { return begun.recipe.kept }
    let last = heirlooms.first { candidate, heirloom in
      heirloom != nil && candidate.recipe.pipeline == base.pipeline && candidate.recipe.base.key != key
    }
    return last?.1.map { Kept(rule: inheritance.rule, digest: $0) }
  }

  private struct Candidate {
    var recipe: Recipe
    var artifact: Artifact
    var isDone: Bool

    /// Digest of what it leaves; nil if it leaves nothing.
    func heirloom(of inheritance: Inheritance) -> Digest? {
      let whole = (try? artifact.uncheckedSummary())?.whole(inheritance.phase)
      return whole.flatMap { $0.files.isEmpty ? nil : $0.content }
    }
  }
}

extension Recipe {
  fileprivate var nextAttempt: Recipe {
    var next = self
    next.attempt = (attempt ?? 0) + 1
    return next
  }
}

extension Job {
  /// The committed work of an earlier artifact that the recipe says is kept; nil if nothing is, or if it is gone.
  public func inherited(_ phase: String) throws -> (artifact: Artifact, checkpoint: Checkpoint)? {
    guard let kept = recipe.kept else { return nil }
    for candidate in try workspace.artifacts(of: recipe.stage) where candidate.name != artifact.name {
      guard let whole = try? candidate.summary()?.whole(phase), whole.content == kept.digest else { continue }
      return (candidate, whole)
    }
    throw MissingWork(stage: recipe.stage, phase: phase)
  }
}
