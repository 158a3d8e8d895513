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
