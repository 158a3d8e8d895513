public import Tensors

extension VectorIndex {
  /// The k nearest vectors to each query.
  ///
  /// Distances are exact for what the codes stand for; among equal ones the vector added first wins. The answers are
  /// the same at any number of threads, for any split of the queries into batches, and on any CPU.
  ///
  /// - Throws: `SearchError` for queries of another dimension, NaN or infinity in them, or k below 1.
  public func search(
    _ queries: Matrix, k: Int, options: SearchOptions = SearchOptions()
  ) throws -> SearchResult {
    let queries = try queries.checked(dimension: dimension, what: "the queries")
    guard k >= 1, k <= 1 << 20 else {
      throw SearchError(.argument, "k is \(k): ask for 1 to \(1 << 20) answers")
    }
    if let filter = options.filter, filter.words.count != (places + 63) / 64 {
      throw SearchError(.mismatch, "the filter was made for another index")
    }
    let stored = trained.transforms.applied(to: queries, threads: options.threads)
    let coded = trained.rotation?.applied(to: stored, threads: options.threads) ?? stored
    guard trained.refinement != nil else {
      return result(scan(coded, k: k, options: options), queries: queries.rows, k: k)
    }
    let factor = Double(options.refinementFactor ?? trained.refinementFactor)
    let first = max(k, Int(min(Double(k) * factor, Double(1 << 20))))
    let hits = scan(coded, k: min(first, max(k, count)), options: options)
    return result(
      refined(hits, queries: stored, k: k, threads: options.threads), queries: queries.rows, k: k)
  }

  /// Hits as ids and distances in the metric's own sense.
  private func result(_ hits: [Hit], queries: Int, k: Int) -> SearchResult {
    var found: [Int64] = []
    var distances: [Float] = []
    found.reserveCapacity(hits.count)
    distances.reserveCapacity(hits.count)
    for hit in hits {
      let empty = hit.label == .max
      found.append(empty ? -1 : ids?[Int(hit.label)] ?? hit.label)
      distances.append(metric == .l2 ? hit.distance : -hit.distance)
    }
    return SearchResult(queries: queries, k: k, ids: found, distances: distances)
  }

  /// The hits of every query in the order of their finer distances; k of them.
  private func refined(_ hits: [Hit], queries: Matrix, k: Int, threads: Int) -> [Hit] {
    guard queries.rows > 0 else { return [] }
    let each = hits.count / queries.rows
    return parallelMap(queries.rows, threads: threads) { range -> [Hit] in
      let query = range.lowerBound
      let candidates = hits[query * each..<(query + 1) * each].prefix { $0.label != .max }.map(\.label)
      let distances = refinedDistances(queries, query, to: candidates)
      var finer = zip(distances, candidates).map { Hit(distance: $0, label: $1) }
      finer.sort { ($0.distance, $0.label) < ($1.distance, $1.label) }
      let empty = Hit(distance: .infinity, label: .max)
      return (0..<k).map { $0 < finer.count ? finer[$0] : empty }
    }.flatMap { $0 }
  }
}

/// One answer on its way: smaller is nearer, whatever the metric.
struct Hit: Sendable {
  var distance: Float
  var label: Int64
}
