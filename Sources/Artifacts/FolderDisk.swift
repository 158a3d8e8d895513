public import SystemPackage

/// A disk that also moves and removes whole folders: what an export is made of.
public protocol FolderDisk: Disk {
  /// Whether the path itself, and not what a link there leads to, is a folder; nil if nothing has it.
  func kind(of path: FilePath) -> Bool?
  /// Gives a folder a name that nothing has; fails with `fileExists` if something has.
  func moveToNew(_ folder: FilePath, to target: FilePath) throws(DiskError)
  /// Exchanges two names in one step; fails with `noSuchFileOrDirectory` if one of them is not there.
  func exchange(_ folder: FilePath, with target: FilePath) throws(DiskError)
  /// Removes an empty folder; it may be gone already.
  func removeFolder(_ path: FilePath) throws(DiskError)
  /// The path without links in its folder; the last name as it is.
  func resolvedFolder(of path: FilePath) throws(DiskError) -> FilePath
  /// Holds a folder against others of its kind until what is returned goes; nil if the folder is gone or another holds it.
  func hold(_ folder: FilePath) -> (any Sendable)?
}

extension FolderDisk {
  public func isFolder(_ path: FilePath) -> Bool { kind(of: path) == true }

  /// Whether anything at all has the path, a link that leads nowhere included.
  public func exists(_ path: FilePath) -> Bool { kind(of: path) != nil }

  /// Removes a folder and all below; what is gone already does not matter. Links are removed, not followed.
  public func removeAll(_ folder: FilePath) throws(DiskError) {
    for name in try list(folder) {
      let path = folder.appending(name)
      if isFolder(path) { try removeAll(path) } else { try remove(path) }
    }
    try removeFolder(folder)
  }
}
