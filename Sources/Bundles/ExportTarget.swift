import Artifacts
import SystemPackage

/// The place an export goes to, and the temporary folders beside it: `.<name>.<random>.export`.
enum ExportTarget {
  private static let ending = ".export"

  /// Refuses to replace what is not a bundle: an export must never remove a user's files.
  static func check(_ target: FilePath) throws {
    guard FolderSwap.exists(target) else { return }
    guard FolderSwap.isFolder(target) else {
      throw BundleError(
        .occupied, target, "there is a file or link in the export's place; move it or choose another `to`")
    }
    let names = try SystemDisk().list(target)
    if names.isEmpty { return }
    guard names.contains(BundleDescription.fileName) else {
      throw BundleError(.occupied, target, "the folder is not empty and no bundle; move it or choose another `to`")
    }
    let strangers = Set(names).subtracting(try Bundle.describe(target).topLevelNames).sorted()
    if let stranger = strangers.first {
      throw BundleError(
        .occupied, target.appending(stranger), "is no part of the bundle that would be replaced; move it elsewhere")
    }
  }

  static func makeTemporary(for target: FilePath) throws -> (FilePath, FolderLock) {
    for _ in 0..<100 {
      let mark = String(UInt64.random(in: 0...UInt64.max), radix: 36)
      let folder = sibling(of: target, mark)
      try SystemDisk().makeFolder(folder)
      // Another export that cleans up may have been quicker: then the folder is its to remove.
      if let lock = FolderLock(folder), FolderSwap.isFolder(folder) { return (folder, lock) }
    }
    throw BundleError(.io, target, "no temporary folder could be made beside it")
  }

  /// Removes the folders of exports that died.
  static func removeLeftovers(of target: FilePath) throws {
    let parent = target.removingLastComponent()
    let prefix = ".\(target.lastComponent!.string)."
    for name in try SystemDisk().list(parent) where name.hasPrefix(prefix) && name.hasSuffix(ending) {
      let middle = name.dropFirst(prefix.count).dropLast(ending.count)
      guard !middle.isEmpty, !middle.contains("."), let lock = FolderLock(parent.appending(name)) else { continue }
      try withExtendedLifetime(lock) { try FolderSwap.remove(parent.appending(name)) }
    }
  }

  private static func sibling(of target: FilePath, _ mark: String) -> FilePath {
    target.removingLastComponent().appending(".\(target.lastComponent!.string).\(mark)\(ending)")
  }
}

extension BundleDescription {
  /// Names that the bundle's folder holds.
  var topLevelNames: Set<String> {
    Set(files.map { String($0.name.prefix { $0 != "/" }) }).union([Self.fileName, BundleOrigin.fileName])
  }
}
