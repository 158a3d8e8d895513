public import Artifacts
public import SystemPackage

/// A bundle's bytes on their way to another folder, which then owns them: the first bundle may be replaced or removed.
///
/// The copy shares blocks with the first where the file system can; every digest is checked on what arrived.
public final class BundleCopy {
  public let description: BundleDescription
  /// `bundle.json` itself.
  public let descriptionFile: CommittedFile
  private let folder: FilePath
  private let disk = SystemDisk()
  private var lock: (any Sendable)?
  private var isPlaced = false

  /// Copies into a folder beside those that will hold bundles, under a name that no reader looks at. What dead copies left there is
  /// removed.
  ///
  /// - Throws: `BundleError` if there is no sound bundle; `DiskError`.
  public init(of bundle: FilePath, into parent: FilePath) throws {
    let parent = try parent.resolved()
    let place = ExportTarget(parent.appending("incoming"), on: disk)
    try place.removeLeftovers()
    let (folder, lock) = try place.makeTemporary()
    (self.folder, self.lock) = (folder, lock)
    do {
      description = try Bundle.reading(bundle) { try Self.copy($0, to: folder) }
      descriptionFile = try Self.describe(folder)
    } catch {
      try? disk.removeAll(folder)
      throw error
    }
  }

  deinit { if !isPlaced { try? disk.removeAll(folder) } }

  private static func copy(_ bundle: FilePath, to folder: FilePath) throws -> BundleDescription {
    let description = try Bundle.describe(bundle)
    let disk = SystemDisk()
    for name in try disk.list(folder) {
      let path = folder.appending(name)
      if disk.isFolder(path) { try disk.removeAll(path) } else { try disk.remove(path) }
    }
    for file in description.files {
      guard file.isInside else { throw BundleError(.damaged, bundle.appending(file.name), "its name leads out of the bundle") }
      let target = folder.pushing(FilePath(file.name))
      try disk.makeFolder(target.removingLastComponent())
      try FileCopy.copy(bundle.pushing(FilePath(file.name)), to: target)
      let found = try Digest.ofFile(at: target)
      guard found.size == file.size, found.digest == file.digest else {
        throw BundleError(.damaged, bundle.appending(file.name), "its digest is not that of the file that was exported")
      }
    }
    try FileCopy.copy(bundle.appending(BundleDescription.fileName), to: folder.appending(BundleDescription.fileName))
    try BundleOrigin(of: bundle).write(into: folder)
    return description
  }

  private static func describe(_ folder: FilePath) throws -> CommittedFile {
    let found = try Digest.ofFile(at: folder.appending(BundleDescription.fileName))
    return CommittedFile(name: BundleDescription.fileName, size: found.size, digest: found.digest)
  }

  /// Puts the copy in its place; what a copy that died after this step left there goes.
  public func place(at target: FilePath) throws {
    let replaced = try Commit.exchange(folder, target, on: disk)
    isPlaced = true
    lock = nil
    try Commit.acknowledge(target, on: disk)
    if replaced { try disk.removeAll(folder) }
  }
}
