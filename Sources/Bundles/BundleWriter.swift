public import Artifacts
import IndexFormats
public import SystemPackage

/// Assembles a bundle beside its target and puts it there in one step: readers see the old bundle or the new one, and
/// an export that dies leaves the old one as it was.
///
/// The temporary folder is the target's sibling, so that the step is one `renameat2`. It is locked by the kernel while
/// it is assembled; folders that dead exports left are removed when the next one starts.
public final class BundleWriter {
  public let target: FilePath
  /// Where the bundle's files are written before `commit`.
  public let folder: FilePath
  private let disk: any FolderDisk
  private var lock: (any Sendable)?
  private var files: [String: CommittedFile] = [:]
  private var isCommitted = false

  /// Starts an export to a path, at which there is nothing, an empty folder, or a bundle and nothing else.
  ///
  /// - Throws: `BundleError` if something else is there, `DiskError` if the folder cannot be made.
  public init(at path: FilePath, on disk: any FolderDisk = SystemDisk()) throws {
    guard path.lastComponent?.kind == .regular else {
      throw BundleError(.occupied, path, "an export needs a folder name of its own")
    }
    let parent = path.removingLastComponent()
    try disk.makeFolder(parent.isEmpty ? "." : parent)
    target = try disk.resolvedFolder(of: path)
    self.disk = disk
    let place = ExportTarget(target, on: disk)
    try place.check()
    try place.removeLeftovers()
    (folder, lock) = try place.makeTemporary()
  }

  deinit { if !isCommitted { try? disk.removeAll(folder) } }

  /// Writes a small file.
  public func add(_ name: String, _ bytes: [UInt8]) throws {
    var file = try DurableFile.commit(bytes, at: folder.appending(name), on: disk)
    file.name = name
    add([file])
  }

  /// Notes files that were written into the folder, durably; of two with one name the later counts.
  public func add(_ files: [CommittedFile]) { for file in files { self.files[file.name] = file } }

  /// The path of an archive as the bundle keeps it: relative to where the bundle will lie.
  ///
  /// - Throws: `DiskError` if the archive's folder does not exist.
  public func relativePath(of archive: FilePath) throws -> String {
    try archive.resolvedFolder().relative(to: target).string
  }

  /// Writes `bundle.json`, makes all durable, and puts the bundle in its place.
  ///
  /// - Returns: the description as written, with all files.
  /// - Throws: `BundleError`, `DiskError`; the target is then as it was before.
  @discardableResult
  public func commit(_ description: BundleDescription) throws -> BundleDescription {
    var description = description
    description.files = files.values.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    description.sources.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    try DurableFile.commit(try description.bytes, at: folder.appending(BundleDescription.fileName), on: disk)
    try ExportTarget(target, on: disk).check()
    let replaced = try exchange()
    isCommitted = true
    lock = nil
    try Commit.acknowledge(target, on: disk)
    // Not before: a power cut could bring the old bundle's name back.
    if replaced { try disk.removeAll(folder) }
    return description
  }

  private func exchange() throws -> Bool {
    do { return try Commit.exchange(folder, target, on: disk) } catch {
      guard error.operation == .rename, [.invalidArgument, .noFunction].contains(error.errno) else { throw error }
      throw BundleError(
        .io, target, "its file system cannot exchange folders in one step (renameat2); export to a local disk")
    }
  }
}
