public import SystemPackage

/// The folder that holds artifacts, runs and the registry: `.vecmill` unless told otherwise.
///
/// A workspace knows where things lie; it can be moved or copied as a whole, because nothing inside names its path.
public struct Workspace: Sendable {
  public let path: FilePath
  public let disk: any Disk

  public init(at path: FilePath, on disk: any Disk = SystemDisk()) {
    self.path = path
    self.disk = disk
  }

  public var artifactsPath: FilePath { path.appending("artifacts") }
  public var runsPath: FilePath { path.appending("runs") }
  public var registryPath: FilePath { path.appending("registry") }
  public var lockPath: FilePath { path.appending("run.lock") }

  /// Makes the workspace's folders, durably.
  ///
  /// A run that was killed may have made them without having synced the folders above; artifacts that are committed in them later
  /// would go with them.
  public func settle() throws(DiskError) {
    for folder in [path, artifactsPath, runsPath] {
      try disk.makeFolder(folder)
      do { try Commit.acknowledge(folder, on: disk) } catch  where error.errno == .permissionDenied {
        // A folder above that may be entered but not read: its owner made it, and no run did.
      }
    }
  }

  /// Removes what killed writers left beside the folders; those of an artifact go when it is prepared.
  func removeLeftovers() throws(DiskError) {
    for name in try disk.list(path) where name.hasSuffix(DurableFile.temporaryEnding) { try disk.remove(path.appending(name)) }
  }

  /// The artifact that a recipe makes, whether or not it exists.
  public func artifact(for recipe: Recipe) -> Artifact {
    Artifact(at: artifactsPath.appending(Self.folderName(stage: recipe.stage, key: recipe.key)), on: disk)
  }

  /// An artifact by what its key says, made under any stage name; nil if there is none.
  public func artifact(stage: String, key: Digest) -> Artifact {
    Artifact(at: artifactsPath.appending(Self.folderName(stage: stage, key: key)), on: disk)
  }

  /// All artifacts, by folder name.
  public func artifacts() throws(DiskError) -> [Artifact] {
    try disk.list(artifactsPath).filter { !$0.hasPrefix(".") }
      .map { Artifact(at: artifactsPath.appending($0), on: disk) }
  }

  /// The artifacts made under a stage's name, by folder name.
  public func artifacts(of stage: String) throws(DiskError) -> [Artifact] {
    let length = stage.utf8.count + 17
    return try artifacts().filter { $0.name.utf8.count == length && $0.name.hasPrefix(stage + "-") }
  }

  /// `<stage>-<first 16 digits of the key>`.
  static func folderName(stage: String, key: Digest) -> String { "\(stage)-\(key.hex.prefix(16))" }
}
