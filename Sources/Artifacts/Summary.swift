import SystemPackage

/// What is asked of a done artifact before anything runs: `summary.json`, which does not grow with the number of its jobs.
///
/// It is written right before the manifest and names that by its digest. Planning reads the summary and hashes the manifest; a
/// run that has nothing to do parses no manifest at all.
public struct Summary: Sendable, Equatable, Codable, VersionedDocument {
  public static let format: Int = 1

  public var format: Int = Summary.format
  /// Key of the artifact.
  public var key: Digest
  public var rows: Int
  /// Bytes of all data files.
  public var bytes: Int
  /// Rejects by code.
  public var rejects: [String: Int]
  /// The work on the whole input, one a phase at most.
  public var wholes: [Checkpoint]
  /// Files of the artifact as a whole.
  public var files: [CommittedFile]
  /// `manifest.json` itself.
  public var manifest: CommittedFile

  /// - Parameter bytes: those of `manifest.json`.
  package init(of manifest: Manifest, bytes: [UInt8]) {
    key = manifest.recipe.key
    rows = manifest.rows
    self.bytes = manifest.bytes + manifest.files.reduce(0) { $0 + $1.size }
    rejects = manifest.rejects
    wholes = manifest.checkpoints.filter { $0.shard == nil && $0.part == nil }
    files = manifest.files
    self.manifest = CommittedFile(name: Artifact.manifestName, size: bytes.count, digest: Digest(of: bytes))
  }

  public var rejected: Int { rejects.values.reduce(0, +) }

  /// The checkpoint of a phase that works on the whole input.
  public func whole(_ phase: String) -> Checkpoint? { wholes.first { $0.phase == phase } }
}

extension Artifact {
  static let summaryName = "summary.json"
  public static var summaryFileName: String { summaryName }

  /// Seals the artifact. From now on it is done and never changes.
  ///
  /// The summary lies there before the manifest, in whose name the artifact becomes done. The folder is synced before and after: a
  /// manifest must never be durable before what it lists.
  public func seal(_ manifest: Manifest) throws {
    let bytes = try SealedJSON.bytes(of: manifest)
    var summary = try DurableFile(at: path(of: Self.summaryName), on: disk)
    try summary.write(SealedJSON.bytes(of: Summary(of: manifest, bytes: bytes)))
    _ = try summary.finish()
    try disk.syncFolder(path)
    try DurableFile.commit(bytes, at: path(of: Self.manifestName), on: disk)
  }

  /// The summary; nil as long as the artifact is not done.
  ///
  /// - Throws: `CorruptFile` if it or the manifest that it names is not what was committed.
  public func summary() throws -> Summary? {
    guard let bytes = try manifestBytes() else { return nil }
    guard let summary = try document(Summary.self, Self.summaryName) else {
      // A workspace of before there were summaries.
      let manifest = try SealedJSON.decode(Manifest.self, from: bytes, path: path(of: Self.manifestName))
      return Summary(of: manifest, bytes: bytes)
    }
    guard bytes.count == summary.manifest.size, Digest(of: bytes) == summary.manifest.digest else {
      // Its own seal says more: whether it is damaged, or of another format.
      _ = try manifest()
      throw CorruptFile(path(of: Self.manifestName), "it is not the manifest that \(Self.summaryName) names")
    }
    return summary
  }

  private func manifestBytes() throws -> [UInt8]? {
    do {
      return try disk.read(path(of: Self.manifestName))
    } catch let error where error.errno == .noSuchFileOrDirectory {
      return nil
    }
  }

  /// As above, the manifest unread.
  public func uncheckedSummary() throws -> Summary? { try document(Summary.self, Self.summaryName) }
}
