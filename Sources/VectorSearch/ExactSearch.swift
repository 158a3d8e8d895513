public import Tensors

/// Exact nearest neighbours by brute force: the truth that recall is measured against.
public enum ExactSearch {
  /// The k nearest rows of `base` to each query; ids are row numbers, the lowest first among equals.
  ///
  /// - Throws: `SearchError` for different dimensions, or NaN or infinity in either.
  /// - Complexity: O(base · queries · dimension).
  public static func search(
    _ queries: Matrix, in base: Matrix, k: Int, metric: Metric, threads: Int
  ) throws -> SearchResult {
    let trained = try TrainedQuantizer(
      dimension: base.columns, metric: metric, transforms: metric == .cosine ? [.l2] : [],
      code: .flat)
    let index = try VectorIndex(trained, shards: [trained.encoded(base, threads: threads)])
    return try index.search(queries, k: k, options: SearchOptions(threads: threads))
  }
}
