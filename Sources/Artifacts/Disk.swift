public import SystemPackage

/// The file system as the commit protocol sees it: the few calls by which committed work reaches a disk.
///
/// All durable writes of a workspace go through a disk, so that tests can put one under it which drops, reorders or tears what was
/// not synced, or fails. Every call either did all of its work or throws a `DiskError`.
public protocol Disk: Sendable {
  /// Makes a new file for writing; fails if the path exists.
  func create(_ path: FilePath) throws(DiskError) -> any DiskFile
  /// Puts a file in the place of another, or of none, in one step.
  func rename(_ path: FilePath, to target: FilePath) throws(DiskError)
  /// Gives a file a second name; fails if the target exists.
  func link(_ path: FilePath, to target: FilePath) throws(DiskError)
  /// Makes a folder's entries durable: renames and links before this call survive a power cut after it.
  func syncFolder(_ path: FilePath) throws(DiskError)
  /// Makes a folder and those above it that are missing, durably; it may exist.
  func makeFolder(_ path: FilePath) throws(DiskError)
  /// Removes a file; it may be gone already.
  func remove(_ path: FilePath) throws(DiskError)
  /// The whole content of a file.
  func read(_ path: FilePath) throws(DiskError) -> [UInt8]
  /// Size and digest of a file, without holding it.
  func digest(_ path: FilePath) throws(DiskError) -> (size: Int, digest: Digest)
  /// The same of many files, in order.
  func digests(_ paths: [FilePath]) throws(DiskError) -> [(size: Int, digest: Digest)]
  /// Names in a folder, sorted by their bytes; none if the folder does not exist.
  func list(_ path: FilePath) throws(DiskError) -> [String]
  /// Makes bytes the end of a log, durably: they go to the offset at which its good part ends, in the place of whatever a killed
  /// writer left behind that; what lies before is never touched. The file may be new, with the offset 0.
  func append(_ bytes: [UInt8], to path: FilePath, at offset: Int) throws(DiskError)
  /// Whether this process has seen that a file has its digest, and the file did not change since; by default it is asked each time.
  func isChecked(_ path: FilePath, _ file: CommittedFile) -> Bool
  /// Remembers that a file was seen to have its digest.
  func noteChecked(_ path: FilePath, _ file: CommittedFile)
}

extension Disk {
  public func isChecked(_ path: FilePath, _ file: CommittedFile) -> Bool { false }
  public func noteChecked(_ path: FilePath, _ file: CommittedFile) {}

  public func digests(_ paths: [FilePath]) throws(DiskError) -> [(size: Int, digest: Digest)] {
    var found: [(size: Int, digest: Digest)] = []
    for path in paths { found.append(try digest(path)) }
    return found
  }

  /// Writes the log anew, for disks that can only replace files.
  public func append(_ bytes: [UInt8], to path: FilePath, at offset: Int) throws(DiskError) {
    let before = offset == 0 ? [] : try read(path).prefix(offset)
    guard before.count == offset else { throw DiskError(.write, path, .invalidArgument) }
    try DurableFile.commit(before + bytes, at: path, on: self)
  }
}

/// A file that is being written. It is used by one job at a time and must be closed.
public protocol DiskFile: AnyObject {
  /// Appends all of the bytes.
  func write(_ bytes: UnsafeRawBufferPointer) throws(DiskError)
  /// Makes what was written durable. A failed sync is never retried: the kernel may have dropped the pages
  /// (https://lwn.net/Articles/752063/), so the attempt is thrown away.
  func sync() throws(DiskError)
  func close() throws(DiskError)
}
