import Artifacts

/// The recipes of a workspace's artifacts: what a new one is compared with, to say in a sentence what changed.
struct RecipeHistory {
  private let workspace: Workspace

  init(_ workspace: Workspace) { self.workspace = workspace }

  /// Recipes of done artifacts made under a stage's name.
  private func recipes(of stage: String) throws -> [Recipe] {
    try workspace.artifacts(of: stage).compactMap { artifact in
      guard let recipe = try? artifact.recipe() else { return nil }
      let isDone = (try? artifact.disk.list(artifact.path).contains(Artifact.manifestFileName)) ?? false
      return isDone ? recipe : nil
    }
  }

  /// Why the artifact of a recipe, which has no manifest, must be made.
  func explanation(of recipe: Recipe, _ artifact: Artifact) throws -> String {
    let committed = try artifact.disk.list(artifact.path).filter { $0.hasSuffix(Artifact.checkpointFileEnding) }.count
    if committed > 0 { return "it was interrupted; \(committed) committed checkpoints stay" }
    let earlier = try recipes(of: recipe.stage).filter { candidate in
      candidate.pipeline == recipe.pipeline && candidate.stage == recipe.stage && candidate.kind == recipe.kind
    }
    if recipe.attempt != nil, earlier.contains(where: { $0.base.key == recipe.base.key }) {
      return "what it rejected is tried again"
    }
    // The one with the fewest differences is most likely what a person has in mind as "before".
    let explanations = earlier.map { differences(from: $0, to: recipe) }
    guard let nearest = explanations.min(by: { $0.count < $1.count }), !nearest.isEmpty else {
      return "it was never made"
    }
    return nearest.joined(separator: "; ")
  }

  private func differences(from old: Recipe, to new: Recipe) -> [String] {
    var found: [String] = []
    if old.version != new.version {
      found.append("its algorithm is now version \(new.version), was \(old.version)")
    }
    found += OptionDifference.between(old.options, new.options)
    for name in Set(old.materials.keys).union(new.materials.keys).sorted()
    where old.materials[name] != new.materials[name] {
      found.append("its \(name) changed")
    }
    found += sourceDifferences(from: old.sources, to: new.sources)
    if old.inputs.map(\.stage) != new.inputs.map(\.stage) {
      found.append("it now reads \(new.inputs.map(\.stage).joined(separator: ", "))")
    } else {
      for (was, now) in zip(old.inputs, new.inputs) where was.key != now.key {
        found.append("its input \(now.stage) changed")
      }
    }
    // The same from nothing: only what was kept of an earlier artifact is another, or nothing is kept any more.
    if found.isEmpty, old.kept != new.kept {
      found.append(new.kept == nil ? "it is to be trained anew" : "it is to keep the training of another artifact")
    }
    return found
  }

  private func sourceDifferences(from old: [Source], to new: [Source]) -> [String] {
    let was = Dictionary(old.map { ($0.name, [$0.digest] + ($0.companions ?? []).map(\.digest)) }) { first, _ in first }
    let now = Dictionary(new.map { ($0.name, [$0.digest] + ($0.companions ?? []).map(\.digest)) }) { first, _ in first }
    let added = new.map(\.name).filter { was[$0] == nil }
    let changed = new.map(\.name).filter { was[$0] != nil && was[$0] != now[$0] }
    let gone = old.map(\.name).filter { now[$0] == nil }
    return [("new", added), ("changed", changed), ("gone", gone)].compactMap { word, names in
      guard let first = names.first else { return nil }
      return names.count == 1 ? "\(first) is \(word)" : "\(names.count) sources are \(word), the first \(first)"
    }
  }
}
