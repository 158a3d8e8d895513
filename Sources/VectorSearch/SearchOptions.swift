/// How a search goes.
public struct SearchOptions: Sendable {
  /// Lists to visit; nil for what the index was saved with.
  public var nprobe: Int?
  /// How many times k answers a refinement looks at; nil for what the index was saved with.
  public var refinementFactor: Float?
  public var filter: IDFilter?
  public var threads: Int

  public init(
    nprobe: Int? = nil, refinementFactor: Float? = nil, filter: IDFilter? = nil, threads: Int = 1
  ) {
    self.nprobe = nprobe
    self.refinementFactor = refinementFactor
    self.filter = filter
    self.threads = threads
  }
}

/// The answers of a search: k of them a query, nearest first, query after query.
public struct SearchResult: Sendable, Equatable {
  public let queries: Int
  public let k: Int
  /// Ids; -1 in places for which there was no answer.
  public let ids: [Int64]
  /// Squared distances (smaller is nearer) for `l2`, inner products (larger is nearer) for `ip` and `cosine`; infinity
  /// and minus infinity in empty places.
  public let distances: [Float]

  public init(queries: Int, k: Int, ids: [Int64], distances: [Float]) {
    precondition(ids.count == queries * k && distances.count == queries * k, "k answers a query")
    self.queries = queries
    self.k = k
    self.ids = ids
    self.distances = distances
  }

  /// One query's ids.
  public subscript(ids query: Int) -> ArraySlice<Int64> { ids[query * k..<(query + 1) * k] }
  /// One query's distances.
  public subscript(distances query: Int) -> ArraySlice<Float> { distances[query * k..<(query + 1) * k] }
}
