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
  private var lock: FolderLock?
  private var files: [String: CommittedFile] = [:]
  private var isCommitted = false

  /// Starts an export to a path, at which there is nothing, an empty folder, or a bundle and nothing else.
  ///
  /// - Throws: `BundleError` if something else is there, `DiskError` if the folder cannot be made.
  public init(at path: FilePath) throws {
    guard path.lastComponent?.kind == .regular else {
      throw BundleError(.occupied, path, "an export needs a folder name of its own")
    }
    let parent = path.removingLastComponent()
    try SystemDisk().makeFolder(parent.isEmpty ? "." : parent)
    target = try path.resolvedFolder()
    try ExportTarget.check(target)
    try ExportTarget.removeLeftovers(of: target)
    (folder, lock) = try ExportTarget.makeTemporary(for: target)
  }

  deinit { if !isCommitted { try? FolderSwap.remove(folder) } }

  /// Writes a small file.
  public func add(_ name: String, _ bytes: [UInt8]) throws {
    var file = try DurableFile.commit(bytes, at: folder.appending(name))
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
    try DurableFile.commit(try description.bytes, at: folder.appending(BundleDescription.fileName))
    try FolderSwap.sync(folder)
    try ExportTarget.check(target)
    let replaced = try FolderSwap.put(folder, at: target)
    isCommitted = true
    lock = nil
    try SystemDisk().syncFolder(target.removingLastComponent())
    if replaced { try FolderSwap.remove(folder) }
    return description
  }
}
