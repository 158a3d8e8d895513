import Artifacts
import Bundles
import FoundationEssentials
import IndexFormats
import Media
import Quality
import Registries
import Reports
import SystemPackage
import Tensors
import VectorSearch

/// One side of a comparison: a bundle by its path or its name in the registry.
struct ComparedBundle {
  let name: String
  let searcher: BundleSearcher
  let size: Int
  /// Figures that were recorded when it was published.
  let recorded: [String: Double]

  init(_ text: String, in workspace: Workspace) throws {
    let path = FilePath(text)
    if (try? SystemDisk().list(path).contains(BundleDescription.fileName)) == true {
      try self.init(name: text, path, [:])
      return
    }
    let registry = Registry(folder: workspace.registryPath, disk: workspace.disk)
    do {
      let version = try registry.resolve(RegistryReference(text))
      try self.init(name: "\(version.reference)", version.folder, version.metrics)
    } catch let error as RegistryError {
      throw Failure.usage("\(text) is neither a bundle's folder nor a version of the registry: \(error)")
    }
  }

  private init(name: String, _ path: FilePath, _ recorded: [String: Double]) throws {
    self.name = name
    self.recorded = recorded
    searcher = try BundleSearcher(Bundle.open(path))
    size = searcher.bundle.description.files.first { $0.name == BuiltIndexFormat.fileName }?.size ?? 0
  }

  var bundle: Bundle { searcher.bundle }

  /// The answers to vectors, none of them the query itself.
  func answers(_ queries: Matrix, ids: [Int64], depth: Int, threads: Int) throws -> [[(id: Int64, score: Float)]] {
    let found = try searcher.batch(queries, options: .init(k: depth + 1, threads: threads)).result
    return (0..<queries.rows).map { query in
      Array(zip(found[ids: query], found[distances: query]).filter { $0.0 >= 0 && $0.0 != ids[query] }.prefix(depth))
    }
  }

  /// Milliseconds of up to 300 queries one by one, sorted.
  func times(_ queries: Matrix) throws -> [Double] {
    for row in 0..<min(queries.rows, 10) { _ = try searcher.batch(queries[rows: row..<row + 1]) }
    return try (0..<min(queries.rows, 300)).map { row in
      let query = queries[rows: row..<row + 1]
      let start = ContinuousClock.now
      _ = try searcher.batch(query)
      return start.duration(to: .now) / .milliseconds(1)
    }
  }

  /// An item as a strip of the report shows it.
  func card(_ id: Int64, score: Float? = nil) -> ComparisonPage.Item? {
    guard let item = (try? bundle.items.items(ids: [id]))?.first ?? nil else { return nil }
    var jpeg: String?
    if item.text == nil, item.format != "vector", let bytes = try? searcher.sources.bytes(of: item),
      let image = try? ImageDecoder(minimumSide: 96).decode(bytes)
    {
      jpeg = (try? ImageEncoder(quality: 75).jpeg(image.thumbnail(side: 96))).map { Data($0).base64EncodedString() }
    }
    return ComparisonPage.Item(
      id: id, place: "\(item.archive)/\(item.entry)", caption: item.caption, jpeg: jpeg,
      text: item.text.map { String($0.prefix(200)) },
      score: score.map(Double.init))
  }
}
