import Artifacts
package import Bundles
import IndexFormats
import Pipelines
package import Quality
import Registries
import SystemPackage
import VectorSearch

extension Registry {
  /// The version that an evaluation compares with; nil if the alias stands nowhere yet.
  func champion(_ reference: RegistryReference) throws -> RegistryVersion? {
    switch reference.selector {
    case .alias(let alias): try version(of: reference.name, on: alias)
    case .number: try resolve(reference)
    }
  }
}

/// The champion of an evaluation, opened: its index, its items, and what was recorded of it.
struct ChampionVersion {
  let version: RegistryVersion
  let searcher: BundleSearcher
  /// With all its transforms in front: it takes what the embedder makes.
  let index: VectorIndex
  /// Bytes of its index file.
  let size: Int
  let statistics: DataStatistics?

  /// The version that the plan was made with.
  ///
  /// - Returns: nil if there was none.
  /// - Throws: `ChampionGone` if it cannot be found any more.
  init?(_ reference: RegistryReference, _ job: Job) throws {
    let planned = try job.artifact.recipe()?.materials[EvaluateStage.championMaterial]
    guard let planned, planned != EvaluateStage.noChampion else { return nil }
    let registry = Registry(folder: job.workspace.registryPath, disk: job.workspace.disk)
    var found = try registry.champion(reference)
    if found?.digest.hex != planned {
      // Somebody moved the alias after the plan was made.
      found = try registry.versions(of: reference.name).last { $0.digest.hex == planned }
    }
    guard let found else { throw ChampionGone(reference: "\(reference)") }
    try self.init(found, memory: job.memory)
  }

  /// - Parameter memory: bytes of the run; an index of more than a third of them is searched where it lies.
  private init(_ version: RegistryVersion, memory: Int) throws {
    self.version = version
    let bundle = try Bundle.open(version.folder, verify: .sizes)
    searcher = try BundleSearcher(bundle)
    let path = version.folder.appending(BuiltIndexFormat.fileName)
    size = bundle.description.files.first { $0.name == BuiltIndexFormat.fileName }?.size ?? 0
    index = try FaissReader.index(path: path.string, mapped: size > memory / 3)
    statistics = try DataStatistics.read(in: bundle)
  }

  var bundle: Bundle { searcher.bundle }
  var label: String { "\(version.name)@\(version.number)" }

  /// Hands out the id of every item with the first bits of its content's digest.
  func forEachContent(_ body: (ItemContent) -> Void) throws {
    for start in stride(from: 0, to: bundle.items.count, by: 8192) {
      try Task.checkCancellation()
      for case let item? in try bundle.items.items(rows: Array(start..<min(start + 8192, bundle.items.count))) {
        body(ItemContent(id: item.id, digest: item.digest))
      }
    }
  }
}

/// The version that a run was planned to compare with is not there any more.
struct ChampionGone: Error, CustomStringConvertible {
  let reference: String
  var description: String { "the version that \(reference) named when the run was planned is gone; run again" }
}

extension DataStatistics {
  /// Those of a bundle; nil where it was made before statistics were.
  package static func read(in bundle: Bundle) throws -> DataStatistics? {
    guard bundle.description.files.contains(where: { $0.name == fileName }) else { return nil }
    let path = bundle.path.appending(fileName)
    return try SealedJSON.decode(DataStatistics.self, from: SystemDisk().read(path), path: path)
  }
}
