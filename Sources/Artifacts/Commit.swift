public import SystemPackage

/// The commit protocol: every step by which finished work comes to stand under its name, and nothing else does.
///
/// A file is written under a temporary name in its folder, synced, closed and renamed; a folder is synced with all below it and
/// exchanged with what stands in its place. Then the folder above is synced, and only then is the work acknowledged: cutting the power
/// after a rename alone lost the last commit on ext4 and XFS alike. A sync that fails is never tried again, because the kernel
/// may have dropped the pages (https://lwn.net/Articles/752063/): the attempt is thrown away.
public enum Commit {
  /// Gives a file that was written under a temporary name its own, replacing what had it. Not durable before the folder is synced.
  static func place(
    _ file: any DiskFile, _ temporary: FilePath, at path: FilePath, on disk: any Disk
  ) throws(DiskError) {
    try file.sync()
    try file.close()
    try disk.rename(temporary, to: path)
  }

  /// Makes durable what was placed in the folder of a path: after this it is acknowledged.
  public static func acknowledge(_ path: FilePath, on disk: any Disk) throws(DiskError) {
    let folder = path.removingLastComponent()
    try disk.syncFolder(folder.isEmpty ? "." : folder)
  }

  /// Puts a folder, whose files were placed in it, where the target is, in one step for everyone who looks. Not durable before the
  /// target's folder is synced.
  ///
  /// - Returns: whether there was something in its place, which now stands at the folder's old path.
  public static func exchange(_ folder: FilePath, _ target: FilePath, on disk: any FolderDisk) throws(DiskError) -> Bool {
    try syncAll(folder, on: disk)
    while true {
      do {
        try disk.moveToNew(folder, to: target)
        return false
      } catch  where error.errno == .fileExists {}
      do {
        try disk.exchange(folder, with: target)
        return true
      } catch  where error.errno == .noSuchFileOrDirectory {
        // Somebody took the target away in between; if it was the folder that went, moving it will say so.
      }
    }
  }

  /// Syncs a folder and every folder below it.
  private static func syncAll(_ folder: FilePath, on disk: any FolderDisk) throws(DiskError) {
    for name in try disk.list(folder) where disk.isFolder(folder.appending(name)) {
      try syncAll(folder.appending(name), on: disk)
    }
    try disk.syncFolder(folder)
  }
}
