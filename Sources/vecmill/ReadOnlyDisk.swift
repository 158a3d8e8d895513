import Artifacts
import SystemPackage

/// A disk that refuses every change: planning on it leaves no trace, not even a remembered digest.
struct ReadOnlyDisk: Disk {
  private let disk = SystemDisk()

  func create(_ path: FilePath) throws(DiskError) -> any DiskFile { throw refusal(.create, path) }
  func rename(_ path: FilePath, to target: FilePath) throws(DiskError) { throw refusal(.rename, target) }
  func link(_ path: FilePath, to target: FilePath) throws(DiskError) { throw refusal(.link, target) }
  func syncFolder(_ path: FilePath) throws(DiskError) { throw refusal(.syncFolder, path) }
  func makeFolder(_ path: FilePath) throws(DiskError) { throw refusal(.makeFolder, path) }
  func remove(_ path: FilePath) throws(DiskError) { throw refusal(.remove, path) }

  func read(_ path: FilePath) throws(DiskError) -> [UInt8] { try disk.read(path) }
  func digest(_ path: FilePath) throws(DiskError) -> (size: Int, digest: Digest) { try disk.digest(path) }
  func digests(_ paths: [FilePath]) throws(DiskError) -> [(size: Int, digest: Digest)] { try disk.digests(paths) }
  func list(_ path: FilePath) throws(DiskError) -> [String] { try disk.list(path) }

  private func refusal(_ operation: DiskError.Operation, _ path: FilePath) -> DiskError {
    DiskError(operation, path, .readOnlyFileSystem)
  }
}
