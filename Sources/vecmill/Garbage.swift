import Artifacts
import Glibc
import Registries
import Reports
import SystemPackage

/// The artifacts of a workspace that nothing needs any more.
struct Garbage {
  struct Piece: Encodable {
    var artifact: String
    var bytes: Int
  }

  /// What goes, by name.
  private(set) var pieces: [Piece] = []
  /// Cached files about artifacts that go, or went.
  private(set) var cached: [WorkspaceCache.Unneeded]
  private(set) var kept = 0
  private let workspace: Workspace

  /// - Parameter runs: how many runs of each pipeline keep what they made or used.
  /// - Throws: `Failure` if it cannot be told what is needed, because a run or an alias cannot be read.
  init(_ workspace: Workspace, keepingRuns runs: Int) throws {
    self.workspace = workspace
    let artifacts = try workspace.artifacts()
    var needed = try Self.needed(workspace, artifacts, runs: runs)
    Self.addInputs(to: &needed, workspace, artifacts)
    let keys = Set(artifacts.filter { needed.contains($0.name) }.compactMap { try? $0.recipe()?.key })
    cached = try WorkspaceCache(workspace).unneeded(isKept: keys.contains)
    var sizes = FolderSizes()
    // Those that stay are counted first: a file that they share with another is not freed with it.
    for artifact in artifacts where needed.contains(artifact.name) {
      kept += 1
      _ = try sizes.add(artifact.path, on: artifact.disk)
    }
    for artifact in artifacts where !needed.contains(artifact.name) {
      pieces.append(Piece(artifact: artifact.name, bytes: try sizes.add(artifact.path, on: artifact.disk)))
    }
  }

  /// Removes them, the manifest of each first.
  func remove() throws {
    try WorkspaceCache(workspace).remove(cached)
    for piece in pieces {
      let artifact = Artifact(at: workspace.artifactsPath.appending(piece.artifact), on: workspace.disk)
      try artifact.clear()
      if rmdir(artifact.path.string) != 0 { throw DiskError(.remove, artifact.path, Errno(rawValue: errno)) }
    }
    if !pieces.isEmpty { try workspace.disk.syncFolder(workspace.artifactsPath) }
  }

  /// What the last runs of each pipeline made or used, and what the registry names.
  private static func needed(_ workspace: Workspace, _ artifacts: [Artifact], runs limit: Int) throws -> Set<String> {
    var needed: Set<String> = []
    var counts: [String: Int] = [:]
    for folder in try workspace.runs().reversed() {
      let record: RunRecord
      do { record = try folder.record() } catch let error as DiskError where error.errno == .noSuchFileOrDirectory {
        continue
      } catch {
        throw Failure(
          .invalidData,
          "\(folder.recordPath) cannot be read, so it cannot be told what that run needs; remove the folder, or mend it: \(error)"
        )
      }
      counts[record.request.pipeline, default: 0] += 1
      if counts[record.request.pipeline]! <= limit { needed.formUnion(record.stages.map(\.artifact)) }
    }
    let registry = try lineages(workspace)
    for artifact in artifacts {
      let key = artifact.name.split(separator: "-").last.map(String.init) ?? artifact.name
      if registry.contains(where: { $0.contains(key) }) { needed.insert(artifact.name) }
    }
    return needed
  }

  /// The stages, with their keys, of every version that an alias stands on or that is pinned.
  private static func lineages(_ workspace: Workspace) throws -> [String] {
    let registry = Registry.bundles(of: workspace)
    return try registry.names().flatMap { name in
      let state = try registry.state(of: name)
      return try state.pinned.union(state.aliases.values).subtracting(state.freed).map { number in
        try registry.record(of: RegistryReference(name: name, selector: .number(number))).lineage.stages ?? ""
      }
    }
  }

  /// Adds what the needed artifacts were made from.
  private static func addInputs(to needed: inout Set<String>, _ workspace: Workspace, _ artifacts: [Artifact]) {
    let byName = Dictionary(artifacts.map { ($0.name, $0) }) { first, _ in first }
    var open = Array(needed)
    while let name = open.popLast() {
      guard let recipe = try? byName[name]?.recipe() else { continue }
      for input in recipe.inputs {
        let parent = workspace.artifact(stage: input.stage, key: input.key).name
        if needed.insert(parent).inserted { open.append(parent) }
      }
    }
  }
}
