package import Artifacts
package import SystemPackage

/// A disk of tests that changes some calls of the real one and hands on all others.
package protocol ForwardingDisk: Disk {
  var real: SystemDisk { get }
}

extension ForwardingDisk {
  package func create(_ path: FilePath) throws(DiskError) -> any DiskFile { try real.create(path) }
  package func rename(_ path: FilePath, to target: FilePath) throws(DiskError) { try real.rename(path, to: target) }
  package func link(_ path: FilePath, to target: FilePath) throws(DiskError) { try real.link(path, to: target) }
  package func syncFolder(_ path: FilePath) throws(DiskError) { try real.syncFolder(path) }
  package func makeFolder(_ path: FilePath) throws(DiskError) { try real.makeFolder(path) }
  package func remove(_ path: FilePath) throws(DiskError) { try real.remove(path) }
  package func read(_ path: FilePath) throws(DiskError) -> [UInt8] { try real.read(path) }
  package func digest(_ path: FilePath) throws(DiskError) -> (size: Int, digest: Digest) { try real.digest(path) }
  package func list(_ path: FilePath) throws(DiskError) -> [String] { try real.list(path) }
}

extension FolderDisk where Self: ForwardingDisk {
  package func kind(of path: FilePath) -> Bool? { real.kind(of: path) }
  package func moveToNew(_ folder: FilePath, to target: FilePath) throws(DiskError) {
    try real.moveToNew(folder, to: target)
  }
  package func exchange(_ folder: FilePath, with target: FilePath) throws(DiskError) {
    try real.exchange(folder, with: target)
  }
  package func removeFolder(_ path: FilePath) throws(DiskError) { try real.removeFolder(path) }
  package func resolvedFolder(of path: FilePath) throws(DiskError) -> FilePath { try real.resolvedFolder(of: path) }
  package func hold(_ folder: FilePath) -> (any Sendable)? { real.hold(folder) }
}
