public import Embedders
public import IndexFormats
import Media
import Synchronization
public import SystemPackage
public import Tensors
public import VectorSearch

/// Answers queries from a bundle alone: embed, apply the index's own preprocessing, search, look the records up.
///
/// It is made once and asked by any number of threads. The embedder is loaded with the first query that needs it.
public final class BundleSearcher: Sendable {
  public let bundle: Bundle
  public let sources: BundleSources
  private let index: VectorIndex
  private let runsPrograms: Bool
  private let embedder: Mutex<(any Embedder)?>

  /// Loads the bundle's index.
  ///
  /// - Parameters:
  ///   - archives: a folder to look for the archives in first.
  ///   - embedder: the embedder of queries, if the caller has it already; it must be the bundle's.
  ///   - runsPrograms: whether a bundle that names a program as its embedder may start it.
  /// - Throws: `BundleError` if the index cannot be read or does not fit the description, or the embedder is another.
  public init(
    _ bundle: Bundle, archives: FilePath? = nil, embedder: (any Embedder)? = nil, runsPrograms: Bool = false
  ) throws {
    self.bundle = bundle
    self.runsPrograms = runsPrograms
    sources = BundleSources(of: bundle, in: archives)
    if let embedder {
      guard let own = bundle.description.embedder else {
        throw BundleError(
          .query, bundle.path, "its vectors came from outside; it takes vectors, not \(embedder.identity.phrase)")
      }
      try own.check(embedder.identity, of: bundle.path)
    }
    self.embedder = Mutex(embedder)
    let path = bundle.path.appending(BuiltIndexFormat.fileName)
    do { index = try FaissReader.index(path: bundle.index.path.string) } catch {
      throw BundleError(.damaged, path, "\(error)")
    }
    let facts = bundle.description.index
    guard index.count == facts.count, index.dimension == facts.dimension else {
      throw BundleError(
        .damaged, path,
        "\(index.count) vectors of \(index.dimension) values; bundle.json says \(facts.count) of \(facts.dimension)")
    }
  }

  /// The nearest items to one query, nearest first.
  ///
  /// An item asked for by id is among its own answers. With a condition and no `nprobe`, all lists are visited if the
  /// usual number of them gives fewer than k answers.
  /// - Throws: `BundleError` if the query does not fit the bundle, `IndexFormatError` if the condition is not usable.
  public func search(_ query: BundleQuery, options: BundleSearchOptions = .init()) async throws -> SearchAnswer {
    let (vector, origin) = try await vector(of: query)
    guard vector.rows == 1 else {
      throw BundleError(.query, bundle.path, "\(vector.rows) vectors in a query for one; use the batch search")
    }
    let (result, allowed) = try batch(vector, options: options)
    return SearchAnswer(hits: try hits(result), vector: origin, allowed: allowed)
  }

  /// The nearest items to each of many vectors, as ids and distances.
  ///
  /// - Parameter queries: rows of the index's dimension.
  /// - Returns: the answers, and how many items met the condition, if there is one.
  /// - Throws: `BundleError`, `IndexFormatError` as `search`.
  public func batch(
    _ queries: Matrix, options: BundleSearchOptions = .init()
  ) throws -> (result: SearchResult, allowed: Int?) {
    guard queries.columns == index.dimension else {
      throw BundleError(
        .query, bundle.path, "the query has \(queries.columns) values a vector, the index \(index.dimension)")
    }
    guard options.k >= 1, options.nprobe ?? 1 >= 1 else {
      throw BundleError(.query, bundle.path, "k and nprobe are counts: 1 or more")
    }
    var search = SearchOptions(nprobe: options.nprobe, threads: options.threads)
    let k = min(options.k, max(index.count, 1))
    guard let condition = options.condition else {
      return (try index.search(queries, k: k, options: search), nil)
    }
    let filter = index.allowing(try bundle.items.matches(ItemCondition(condition)).map(\.id))
    search.filter = filter
    var result = try index.search(queries, k: k, options: search)
    let wanted = min(k, filter.count)
    if options.nprobe == nil, wanted > 0, !result.hasAnswers(wanted) {
      search.nprobe = index.trained.coarse?.lists
      result = try index.search(queries, k: k, options: search)
    }
    return (result, filter.count)
  }

  /// The vector of a query, as the index takes it: before preprocessing.
  public func vector(of query: BundleQuery) async throws -> (vector: Matrix, origin: SearchAnswer.VectorOrigin) {
    switch query {
    case .vectors(let matrix, let maker):
      if let maker, let own = bundle.description.embedder { try own.check(maker, of: bundle.path) }
      return (matrix, .given)
    case .image(let bytes, let name): return (try await embed(imageContent(bytes, name)), .embedded)
    case .text(let text): return (try await embed(textContent(text)), .embedded)
    case .id(let id): return try await vector(ofItem: id)
    }
  }

  /// An item and its original bytes.
  ///
  /// - Throws: `BundleError` if there is no such item, or its archive is not found or was changed.
  public func show(_ id: Int64) throws -> (item: Item, bytes: [UInt8]) {
    let item = try item(id)
    return (item, try sources.bytes(of: item))
  }

  private func item(_ id: Int64) throws -> Item {
    guard let item = try bundle.items.items(ids: [id])[0] else {
      throw BundleError(.query, "id \(id)", "the bundle \(bundle.path) has no such item")
    }
    return item
  }

  private func hits(_ result: SearchResult) throws -> [SearchHit] {
    let ids = result[ids: 0].filter { $0 != -1 }
    return try zip(try bundle.items.items(ids: Array(ids)), result[distances: 0]).enumerated().map { rank, hit in
      guard let item = hit.0 else {
        throw BundleError(.damaged, bundle.path, "its index holds the id \(ids[rank]), its items do not")
      }
      return SearchHit(rank: rank + 1, score: hit.1, item: item)
    }
  }
}

extension SearchResult {
  /// Whether every query has at least so many answers.
  fileprivate func hasAnswers(_ wanted: Int) -> Bool {
    (0..<queries).allSatisfy { self[ids: $0].count { $0 != -1 } >= wanted }
  }
}

extension BundleSearcher {
  /// The embedder of the bundle.
  ///
  /// - Throws: `BundleError` if the bundle has none, or it cannot be loaded.
  private func loadedEmbedder() throws -> any Embedder {
    guard let own = bundle.description.embedder else {
      throw BundleError(.query, bundle.path, "its vectors came from outside; ask it with vectors or an id")
    }
    return try embedder.withLock { held in
      if let held { return held }
      let loaded = try own.load(state: bundle.state?.path, in: bundle.origin, runsPrograms: runsPrograms)
      held = loaded
      return loaded
    }
  }

  private func embed(_ content: EmbedderContent) async throws -> Matrix {
    let embedder = try loadedEmbedder()
    do { return try await embedder.embed([try embedder.prepare(content)]) } catch let error as CancellationError {
      throw error
    } catch { throw BundleError(.query, "query", "it cannot be embedded: \(error)") }
  }

  private func imageContent(_ bytes: [UInt8], _ name: String) throws -> EmbedderContent {
    guard let own = bundle.description.embedder, own.identity.kind != "hashing" else {
      throw BundleError(.query, bundle.path, "it is of \(bundle.description.media), and takes no picture")
    }
    if own.identity.kind == "command" { return .entry(name: name, bytes: bytes) }
    do { return .image(try ImageDecoder(minimumSide: own.decodedSide).decode(bytes)) } catch {
      throw BundleError(.query, name, "not a usable picture: \(error.message)")
    }
  }

  private func textContent(_ text: String) throws -> EmbedderContent {
    guard let own = bundle.description.embedder, own.identity.kind != "cnn" else {
      throw BundleError(.query, bundle.path, "it is of \(bundle.description.media), and takes no text")
    }
    return .text(text)
  }

  /// An item's own vector: from its text or its original bytes, which is exact; where its archive is not at hand, what
  /// its code in the index stands for.
  private func vector(ofItem id: Int64) async throws -> (Matrix, SearchAnswer.VectorOrigin) {
    let item = try item(id)
    do {
      if item.format == "vector" { return (try sources.vector(of: item), .given) }
      if let text = item.text { return (try await embed(.text(text)), .embedded) }
      if bundle.description.media == "image" {
        return (try await embed(imageContent(sources.bytes(of: item), item.entry)), .embedded)
      }
    } catch let error as BundleError where error.code == .source {}
    guard let vector = index.reconstructed(id) else {
      throw BundleError(.damaged, bundle.path, "its items hold the id \(id), its index does not")
    }
    return (vector, .reconstructed)
  }
}
