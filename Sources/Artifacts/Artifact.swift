public import SystemPackage

/// The folder of one stage's immutable output: data files, a checkpoint for each committed job, and at last a manifest.
public struct Artifact: Sendable {
  public let path: FilePath
  public let disk: any Disk

  public init(at path: FilePath, on disk: any Disk = SystemDisk()) {
    self.path = path
    self.disk = disk
  }

  public var name: String { path.lastComponent?.string ?? path.string }
  public func path(of file: String) -> FilePath { path.appending(file) }

  static let recipeName = "recipe.json"
  static let manifestName = "manifest.json"
  static let checkpointEnding = ".checkpoint.json"

  /// Makes the folder and writes the recipe, unless both are there; removes what killed writers left.
  ///
  /// A run that was killed may have made the folder, and placed files in it, without having synced either: what is found here is about
  /// to be built on, so it is made durable first.
  public func prepare(_ recipe: Recipe) throws {
    try disk.makeFolder(path)
    try Commit.acknowledge(path, on: disk)
    for name in try disk.list(path) where name.hasSuffix(DurableFile.temporaryEnding) {
      try disk.remove(path.appending(name))
    }
    if (try? self.recipe()) != recipe {
      try DurableFile.commit(SealedJSON.bytes(of: recipe), at: path(of: Self.recipeName), on: disk)
    } else {
      try disk.syncFolder(path)
    }
  }

  /// How the artifact is made; nil if the folder is not there or was never prepared.
  public func recipe() throws -> Recipe? { try document(Recipe.self, Self.recipeName) }

  /// The manifest; nil as long as the artifact is not done.
  public func manifest() throws -> Manifest? { try document(Manifest.self, Self.manifestName) }

  func document<T: Decodable>(_ type: T.Type, _ name: String) throws -> T? {
    let path = path(of: name)
    let bytes: [UInt8]
    do {
      bytes = try disk.read(path)
    } catch let error where error.errno == .noSuchFileOrDirectory {
      return nil
    }
    return try SealedJSON.decode(type, from: bytes, path: path)
  }

  /// Commits a job: its data files are finished already; the checkpoint makes them count.
  ///
  /// One sync of the folder covers the renames of data and checkpoint together: should a power cut keep the checkpoint's name and
  /// lose a data file's, the digests tell, and the job is done again.
  public func commit(_ checkpoint: Checkpoint) throws {
    try DurableFile.commit(
      SealedJSON.bytes(of: checkpoint), at: path(of: Self.checkpointName(checkpoint.stem)),
      on: disk)
  }

  /// The committed jobs whose files are all there with the right digests.
  ///
  /// What is not sound is as if it had never been: its job is done again.
  public func soundCheckpoints() throws -> [Checkpoint] {
    try disk.list(path).filter { $0.hasSuffix(Self.checkpointEnding) }.compactMap { name in
      let path = path(of: name)
      guard
        let checkpoint = try? SealedJSON.decode(Checkpoint.self, from: disk.read(path), path: path),
        name == Self.checkpointName(checkpoint.stem),
        checkpoint.files.allSatisfy({ (try? check($0)) != nil })
      else { return nil }
      return checkpoint
    }
  }

  /// Reads a file whole and checks its digest, once as long as the file does not change where the disk remembers.
  public func read(_ file: CommittedFile) throws -> [UInt8] {
    let isChecked = disk.isChecked(path(of: file.name), file)
    let bytes = try disk.read(path(of: file.name))
    guard bytes.count == file.size else {
      throw CorruptFile(path(of: file.name), "it has \(bytes.count) bytes, not \(file.size)")
    }
    if isChecked { return bytes }
    guard Digest(of: bytes) == file.digest else {
      throw CorruptFile(path(of: file.name), "its digest is not that of its checkpoint")
    }
    disk.noteChecked(path(of: file.name), file)
    return bytes
  }

  /// Checks size and digest of a file without holding it.
  public func check(_ file: CommittedFile) throws {
    if disk.isChecked(path(of: file.name), file) { return }
    let found = try disk.digest(path(of: file.name))
    guard found.size == file.size, found.digest == file.digest else {
      throw CorruptFile(path(of: file.name), "its size or digest is not that of its checkpoint")
    }
    disk.noteChecked(path(of: file.name), file)
  }

  static func checkpointName(_ stem: String) -> String { stem + checkpointEnding }
}

extension Artifact {
  public static var manifestFileName: String { manifestName }
  public static var checkpointFileEnding: String { checkpointEnding }

  /// Whether there is a manifest, sound or not.
  public var isSealed: Bool { get throws(DiskError) { try disk.list(path).contains(Self.manifestName) } }

  /// Removes all that the folder holds, the manifest first, so that nothing half-removed is taken for whole.
  public func clear() throws {
    try disk.remove(path(of: Self.manifestName))
    try disk.syncFolder(path)
    for name in try disk.list(path) { try disk.remove(path(of: name)) }
  }
}
