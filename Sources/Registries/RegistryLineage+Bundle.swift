import Artifacts
import Bundles
import IndexFormats
public import SystemPackage

extension RegistryLineage {
  /// What a bundle itself tells of where it came from.
  ///
  /// - Throws: `BundleError` if there is none.
  public init(ofBundle path: FilePath) throws {
    let bundle = try Bundle.open(path, verify: .sizes)
    let description = bundle.description
    let counts = try bundle.items.countsByArchive()
    pipeline = description.pipeline
    stages = description.lineage
    model = description.embedder?.identity
    index = description.index
    inputs = description.sources.map { Input(name: $0.name, size: $0.size, digest: $0.digest, items: counts[$0.name]) }
  }
}
