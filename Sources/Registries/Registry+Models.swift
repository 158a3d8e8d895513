public import Artifacts
import Embedders
import SystemPackage

extension Registry {
  /// The registry of a workspace's models.
  public static func models(of workspace: Workspace, author: RegistryAuthor = .current) -> Registry {
    Registry(folder: workspace.modelsPath, disk: workspace.disk, author: author)
  }

  /// The registry of a workspace's bundles.
  public static func bundles(of workspace: Workspace, author: RegistryAuthor = .current) -> Registry {
    Registry(folder: workspace.registryPath, disk: workspace.disk, author: author)
  }

  /// Makes a weight file the next version of a model's name; a file that is a version already is not published again.
  ///
  /// - Throws: `ModelFileError` if it is no weight file; `RegistryError`; `DiskError`.
  public func publish(model bytes: [UInt8], _ publication: Publication) throws -> Published {
    let model = try ConvolutionalModel(bytes: bytes)
    var publication = publication
    publication.lineage.model = EmbedderIdentity(
      kind: "cnn", name: model.name, version: model.version, digest: model.digest.hex, dimension: model.dimension)
    return try publish(publication) { _ in ModelContent(bytes: bytes, disk: disk) }
  }

  /// The weight file of a model's version, held against its digest.
  ///
  /// - Throws: `CorruptFile` if it is another; `DiskError`.
  public func model(_ version: RegistryVersion) throws -> [UInt8] {
    let path = version.folder.appending(ModelContent.fileName)
    let bytes = try disk.read(path)
    guard Digest(of: bytes) == version.digest else { throw CorruptFile(path, "it is not the model that was added") }
    return bytes
  }
}
