import Artifacts
import Bundles
import SystemPackage

/// Bytes that are to become a version's own.
protocol VersionContent {
  var kind: RegistryDocument.Kind { get }
  /// What they are known by.
  var digest: Digest { get }
  /// Files that the version's document lists.
  var files: [CommittedFile] { get }
  /// Puts them in the version's folder, durably; what a publication that died left there is replaced.
  func place(at folder: FilePath) throws
}

extension BundleCopy: VersionContent {
  var kind: RegistryDocument.Kind { .bundle }
  var digest: Digest { descriptionFile.digest }
  var files: [CommittedFile] { [descriptionFile] }
}

/// A model's file.
struct ModelContent: VersionContent {
  static let fileName = "model.vmw"

  let bytes: [UInt8]
  let disk: any Disk

  var kind: RegistryDocument.Kind { .model }
  var digest: Digest { Digest(of: bytes) }
  var files: [CommittedFile] { [CommittedFile(name: Self.fileName, size: bytes.count, digest: digest)] }

  func place(at folder: FilePath) throws {
    try disk.makeFolder(folder)
    try DurableFile.commit(bytes, at: folder.appending(Self.fileName), on: disk)
  }
}
