import Artifacts
import SystemPackage

/// Where a bundle was exported to, kept beside a copy of it as `origin.json`: the paths of archives and programs in `bundle.json`
/// count from there.
///
/// It is no part of the bundle, whose digests stay those of the export.
struct BundleOrigin {
  static let fileName = "origin.json"

  /// Absolute, without links.
  let path: FilePath

  private struct Document: Codable {
    /// From the folder that the copy lies in.
    var path: String
  }

  /// The origin of the bundle in a folder: the folder itself unless it is a copy.
  init(of folder: FilePath) throws {
    let path = folder.appending(Self.fileName)
    guard SystemDisk().exists(path) else {
      self.path = folder
      return
    }
    do {
      let document = try SealedJSON.decode(Document.self, from: SystemDisk().read(path), path: path)
      self.path = folder.pushing(FilePath(document.path)).lexicallyNormalized()
    } catch let error as CorruptFile { throw BundleError(.damaged, path, error.reason) }
  }

  /// Writes it beside a copy that will lie in a folder with the same parent.
  func write(into folder: FilePath) throws {
    let document = Document(path: path.relative(to: folder).string)
    try DurableFile.commit(SealedJSON.bytes(of: document), at: folder.appending(Self.fileName))
  }
}
