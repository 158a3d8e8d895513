import Artifacts
import Bundles
import IndexFormats
import Media
import SystemPackage
import Tensors
import VectorSearch

/// The true nearest items of items, found in the vectors that a bundle was exported with (`formats: [npy]`).
enum ExactNeighbours {
  /// Rows that are held in memory at a time.
  private static let block = 16384

  /// Ids, nearest first, the item itself left out; nil if the bundle holds no vectors.
  static func of(_ ids: [Int64], in bundle: Bundle, depth: Int, threads: Int) throws -> [[Int64]]? {
    guard
      let folder = ["img_emb", "text_emb"].first(where: { name in
        bundle.description.files.contains { $0.name.hasPrefix("\(name)/") }
      })
    else { return nil }
    let files = try VectorFolder.members(of: bundle.path.appending(folder).string).map { try VectorFile(path: $0.path) }
    let (all, metric) = (try bundle.items.ids(), bundle.description.index.metric)
    guard files.reduce(0, { $0 + $1.rows }) == all.count else { return nil }
    let queries = try vectors(ids, bundle, files)
    var found = ids.map { _ in [(id: Int64, distance: Float)]() }
    var first = 0
    for file in files {
      for start in stride(from: 0, to: file.rows, by: block) {
        try Task.checkCancellation()
        let base = try file.matrix(rows: start..<min(start + block, file.rows))
        let near = try ExactSearch.search(queries, in: base, k: min(depth + 1, base.rows), metric: metric, threads: threads)
        for query in ids.indices {
          let hits = zip(near[ids: query], near[distances: query]).filter { $0.0 >= 0 }
            .map { (id: all[first + start + Int($0.0)], distance: $0.1) }
          found[query] = nearest(found[query] + hits.filter { $0.id != ids[query] }, depth, isDistance: metric == .l2)
        }
      }
      first += file.rows
    }
    return found.map { $0.map(\.id) }
  }

  /// Those of a file, int64 `.npy`, a row a query.
  static func read(_ path: String, queries count: Int) throws -> [[Int64]] {
    let rows: [[Int64]]
    do { rows = try NumpyHeader.integerRows(in: Input.bytes(path)) } catch let error as NumpyError {
      throw Failure(.invalidData, "\(path): \(error.reason)")
    }
    guard rows.count == count, rows.allSatisfy({ !$0.isEmpty }) else {
      throw Failure(.invalidData, "\(path) has \(rows.count) rows of neighbours for \(count) queries")
    }
    return rows
  }

  private static func vectors(_ ids: [Int64], _ bundle: Bundle, _ files: [VectorFile]) throws -> Matrix {
    var values: [Float] = []
    for case var row? in try bundle.items.rows(ids: ids) {
      for file in files {
        if row < file.rows {
          values += try file.matrix(rows: row..<row + 1).values
          break
        }
        row -= file.rows
      }
    }
    return Matrix(rows: ids.count, columns: values.count / max(1, ids.count), values: values)
  }

  private static func nearest(
    _ hits: [(id: Int64, distance: Float)], _ depth: Int, isDistance: Bool
  ) -> [(id: Int64, distance: Float)] {
    Array(hits.sorted { isDistance ? $0.distance < $1.distance : $0.distance > $1.distance }.prefix(depth))
  }
}
