import Artifacts
import Reports
import SystemPackage

/// Re-reads everything that a workspace has committed.
struct WorkspaceAudit {
  struct Fault: Encodable {
    var path: String
    var reason: String
  }

  private(set) var faults: [Fault] = []
  private(set) var files = 0
  private(set) var bytes = 0

  init(_ workspace: Workspace) throws {
    for artifact in try workspace.artifacts() { try audit(artifact) }
    for folder in try workspace.runs() {
      do { _ = try folder.record() } catch let error as DiskError where error.errno == .noSuchFileOrDirectory {
        // A run that was killed before it had written its name committed nothing.
      } catch {
        faults.append(Fault(path: folder.recordPath.string, reason: "it cannot be read: \(error)"))
      }
    }
  }

  private mutating func audit(_ artifact: Artifact) throws {
    let recipe = attempt { try artifact.recipe() } ?? nil
    let manifest = attempt { try artifact.manifest() } ?? nil
    if let recipe, !artifact.name.hasSuffix("-" + recipe.key.hex.prefix(16)) {
      add(artifact, "recipe.json", "its key is \(recipe.key.hex.prefix(16))…, not that of the folder")
    }
    // A manifest that is damaged was told of already.
    _ = attempt { manifest == nil ? try artifact.uncheckedSummary() : try artifact.summary() }
    if manifest != nil, recipe == nil, !faults.contains(where: { $0.path == artifact.path(of: "recipe.json").string }) {
      add(artifact, "recipe.json", "it is missing")
    }
    if let recipe, let manifest, manifest.recipe != recipe {
      add(artifact, "manifest.json", "its recipe is not that of recipe.json")
    }
    for checkpoint in try checkpoints(of: artifact, manifest) { check(checkpoint.files, of: artifact) }
    if let manifest { check(manifest.files, of: artifact) }
  }

  /// Those of the manifest, and those on disk, which must be the same if the artifact is done.
  private mutating func checkpoints(of artifact: Artifact, _ manifest: Manifest?) throws -> [Checkpoint] {
    var found: [String: Checkpoint] = [:]
    for name in try artifact.disk.list(artifact.path) where name.hasSuffix(Artifact.checkpointFileEnding) {
      let path = artifact.path(of: name)
      guard let checkpoint = attempt({ try SealedJSON.decode(Checkpoint.self, from: artifact.disk.read(path), path: path) })
      else { continue }
      found[checkpoint.stem] = checkpoint
    }
    guard let manifest else { return found.values.sorted { $0.stem < $1.stem } }
    for checkpoint in manifest.checkpoints where found[checkpoint.stem] != checkpoint {
      add(artifact, checkpoint.stem + Artifact.checkpointFileEnding, "it is missing, or not what the manifest says")
    }
    return manifest.checkpoints
  }

  private mutating func check(_ files: [CommittedFile], of artifact: Artifact) {
    for file in files where attempt({ try artifact.check(file) }) != nil {
      self.files += 1
      bytes += file.size
    }
  }

  private mutating func add(_ artifact: Artifact, _ name: String, _ reason: String) {
    faults.append(Fault(path: artifact.path(of: name).string, reason: reason))
  }

  /// The value, or nil and a fault.
  private mutating func attempt<Value>(_ body: () throws -> Value) -> Value? {
    do { return try body() } catch let error as CorruptFile {
      faults.append(Fault(path: error.path.string, reason: error.reason))
    } catch let error as DiskError {
      faults.append(Fault(path: error.path.string, reason: "\(error)"))
    } catch { faults.append(Fault(path: "", reason: "\(error)")) }
    return nil
  }
}
