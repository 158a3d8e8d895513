import Tensors
import VectorSearch

/// The nearest records to each query over several shards: lists that shard after shard is merged into.
struct NeighbourLists {
  private let depth: Int
  /// Whether small values are near.
  private let isDistance: Bool
  private var lists: [[(id: Int64, value: Float)]]

  init(queries: Int, depth: Int, isDistance: Bool) {
    self.depth = depth
    self.isDistance = isDistance
    lists = Array(repeating: [], count: queries)
  }

  /// Takes the answers of one shard, whose ids are rows of it.
  mutating func merge(_ found: SearchResult, ids: [Int64], leavingOut own: [Int64]) {
    for query in lists.indices {
      var merged = lists[query]
      for (row, value) in zip(found[ids: query], found[distances: query]) where row >= 0 && ids[Int(row)] != own[query] {
        merged.append((ids[Int(row)], value))
      }
      // Among equals the one that was added first wins, as in an index.
      let order = merged.indices.sorted { one, other in
        let (left, right) = (merged[one].value, merged[other].value)
        return left == right ? one < other : (left < right) == isDistance
      }
      lists[query] = order.prefix(depth).map { merged[$0] }
    }
  }

  /// All lists as one result; those that are short end in -1.
  var result: SearchResult {
    let k = lists.map(\.count).max() ?? 0
    var ids: [Int64] = []
    var values: [Float] = []
    for list in lists {
      ids += list.map(\.id) + Array(repeating: -1, count: k - list.count)
      values += list.map(\.value) + Array(repeating: .infinity, count: k - list.count)
    }
    return SearchResult(queries: lists.count, k: k, ids: ids, distances: values)
  }
}

extension SearchResult {
  /// The first k answers of each query without the query itself.
  func leavingOut(_ own: [Int64], k: Int) -> SearchResult {
    var ids: [Int64] = []
    var distances: [Float] = []
    for query in 0..<queries {
      let kept = zip(self[ids: query], self[distances: query]).filter { $0.0 != own[query] || $0.0 < 0 }.prefix(k)
      ids += kept.map(\.0) + Array(repeating: -1, count: k - kept.count)
      distances += kept.map(\.1) + Array(repeating: .infinity, count: k - kept.count)
    }
    return SearchResult(queries: queries, k: k, ids: ids, distances: distances)
  }
}
