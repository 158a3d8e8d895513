import Artifacts
import SystemPackage

/// The place an export goes to, and the temporary folders beside it: `.<name>.<random>.export`.
struct ExportTarget {
  private static let ending = ".export"
  private let target: FilePath
  private let disk: any FolderDisk

  init(_ target: FilePath, on disk: any FolderDisk) {
    self.target = target
    self.disk = disk
  }

  /// Refuses to replace what is not a bundle: an export must never remove a user's files.
  func check() throws {
    guard disk.exists(target) else { return }
    guard disk.isFolder(target) else {
      throw BundleError(
        .occupied, target, "there is a file or link in the export's place; move it or choose another `to`")
    }
    let names = try disk.list(target)
    if names.isEmpty { return }
    guard names.contains(BundleDescription.fileName) else {
      throw BundleError(.occupied, target, "the folder is not empty and no bundle; move it or choose another `to`")
    }
    let strangers = Set(names).subtracting(try Bundle.describe(target, on: disk).topLevelNames).sorted()
    if let stranger = strangers.first {
      throw BundleError(
        .occupied, target.appending(stranger), "is no part of the bundle that would be replaced; move it elsewhere")
    }
  }

  func makeTemporary() throws -> (FilePath, any Sendable) {
    for _ in 0..<100 {
      let mark = String(UInt64.random(in: 0...UInt64.max), radix: 36)
      let folder = target.removingLastComponent().appending(".\(target.lastComponent!.string).\(mark)\(Self.ending)")
      try disk.makeFolder(folder)
      // Another export that cleans up may have been quicker: then the folder is its to remove.
      if let lock = disk.hold(folder), disk.isFolder(folder) { return (folder, lock) }
      try? disk.removeAll(folder)
    }
    throw BundleError(.io, target, "no temporary folder could be made beside it")
  }

  /// Removes the folders of exports that died.
  ///
  /// One that was killed after its exchange left the old bundle in such a folder, under the new one's former name, and may not have come to
  /// make that durable: it is, before anything goes, or a power cut could bring the old bundle's name back without its files.
  func removeLeftovers() throws {
    let parent = target.removingLastComponent()
    var isDurable = false
    let prefix = ".\(target.lastComponent!.string)."
    for name in try disk.list(parent) where name.hasPrefix(prefix) && name.hasSuffix(Self.ending) {
      let middle = name.dropFirst(prefix.count).dropLast(Self.ending.count)
      guard !middle.isEmpty, !middle.contains("."), let lock = disk.hold(parent.appending(name)) else { continue }
      if !isDurable { try Commit.acknowledge(target, on: disk) }
      isDurable = true
      try withExtendedLifetime(lock) { try disk.removeAll(parent.appending(name)) }
    }
  }
}

extension BundleDescription {
  /// Names that the bundle's folder holds.
  var topLevelNames: Set<String> {
    Set(files.map { String($0.name.prefix { $0 != "/" }) }).union([Self.fileName, BundleOrigin.fileName])
  }
}
