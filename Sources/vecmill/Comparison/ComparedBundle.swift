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
  /// What the registry knows of it; nil of a folder.
  let version: RegistryVersion?

  /// - Throws: `Failure` if the text names nothing.
  init(_ text: String, in workspace: Workspace) throws {
    let version = try BundleLocation.version(of: text, in: workspace)
    try self.init(name: version.map { "\($0.reference)" } ?? text, version?.folder ?? FilePath(text), version)
  }

  init(_ version: RegistryVersion) throws { try self.init(name: "\(version.reference)", version.folder, version) }

  private init(name: String, _ path: FilePath, _ version: RegistryVersion?) throws {
    self.name = name
    self.version = version
    searcher = try BundleSearcher(Bundle.open(path))
    size = searcher.bundle.description.files.first { $0.name == BuiltIndexFormat.fileName }?.size ?? 0
  }

  var bundle: Bundle { searcher.bundle }
  var count: Int { bundle.description.index.count }
  /// Figures that were recorded when it was published.
  var recorded: [String: Double] { version?.metrics ?? [:] }

  /// The vectors of items, made from their original bytes.
  func vectors(of ids: [Int64]) async throws -> Matrix {
    var rows: [Float] = []
    for id in ids { rows += try await searcher.vector(of: .id(id)).vector.values }
    return Matrix(rows: ids.count, columns: rows.count / max(1, ids.count), values: rows)
  }

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
