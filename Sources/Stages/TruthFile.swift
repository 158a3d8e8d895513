import Artifacts
import Pipelines
import Quality
import Tensors
import VectorSearch

/// The committed queries of an evaluation and their true neighbours, and what answers are worth against them.
struct TruthFile {
  static let queriesEnding = ".queries.npy"
  static let idsEnding = ".queries.ids.npy"
  static let truthEnding = ".truth.npy"
  static let nearestEnding = ".nearest.npy"

  let queries: Matrix
  let queryIDs: [Int64]
  let truth: SearchResult
  /// The distance or similarity of each query's nearest.
  let nearest: [Float]

  init(_ queries: QuerySet, _ truth: SearchResult) {
    self.queries = queries.vectors
    queryIDs = queries.ids
    self.truth = truth
    nearest = (0..<truth.queries).map { truth[distances: $0].first ?? .infinity }
  }

  /// What a job committed.
  init(_ job: Job) throws {
    let checkpoint = try job.earlier("truth")
    try self.init { ending in try job.artifact.read(checkpoint.file(ending: ending)!) }
  }

  init(reading file: (String) throws -> [UInt8]) throws {
    queries = try Matrix(numpyBytes: file(Self.queriesEnding))
    queryIDs = try NumpyHeader.integers(in: file(Self.idsEnding))
    let ids = try NumpyHeader.integers(in: file(Self.truthEnding))
    let k = queries.rows == 0 ? 0 : ids.count / queries.rows
    truth = SearchResult(queries: queries.rows, k: k, ids: ids, distances: Array(repeating: 0, count: ids.count))
    nearest = try Matrix(numpyBytes: file(Self.nearestEnding)).values
  }

  /// The files, by their endings.
  var parts: [String: [UInt8]] {
    get throws {
      [
        Self.queriesEnding: queries.numpyBytes, Self.idsEnding: NumpyHeader.bytes(of: queryIDs),
        Self.truthEnding: NumpyHeader.bytes(of: truth.ids),
        Self.nearestEnding: Matrix(rows: nearest.count, columns: 1, values: nearest).numpyBytes,
      ]
    }
  }

  /// The index's answers, none of them the query itself.
  func search(_ index: VectorIndex, nprobe: Int, threads: Int) throws -> SearchResult {
    let k = min(EvaluateStage.depth, max(1, truth.k))
    return try index.search(queries, k: k + 1, options: SearchOptions(nprobe: nprobe, threads: threads))
      .leavingOut(queryIDs, k: k)
  }

  /// Depths that are always measured, as far as there are so many neighbours.
  static let depths = [1, 10, 100]

  /// Recall against lists visited: 1, 2, 4, … of an inverted file.
  func curve(_ index: VectorIndex, threads: Int) throws -> [EvaluationFigures.Point] {
    guard let lists = index.trained.coarse?.lists, truth.k >= 10 else { return [] }
    var probes = Array(sequence(first: 1) { $0 * 2 }.prefix { $0 < min(lists, 512) })
    probes.append(min(lists, 512))
    return try probes.map { nprobe in
      try Task.checkCancellation()
      let found = try search(index, nprobe: nprobe, threads: threads)
      return EvaluationFigures.Point(nprobe: nprobe, recall: Recall.overlap(at: 10, of: found, truth: truth))
    }
  }

  /// Of each query whether it has a neighbour at cosine 0.999 or more; nil by inner products of any length, which do not tell.
  func nearDuplicates(_ metric: Metric) -> [Double]? {
    switch metric {
    case .ip: nil
    case .cosine: nearest.map { $0.isFinite && $0 >= 0.999 ? 1 : 0 }
    // Of vectors of equal length |a - b|² is 2 (1 - cos) |a|².
    case .l2:
      nearest.enumerated().map { query, distance in
        let length = queries[row: query].reduce(0.0) { $0 + Double($1) * Double($1) }
        return distance.isFinite && Double(distance) <= 0.002 * length ? 1 : 0
      }
    }
  }
}

extension Recall {
  /// What each query contributes to R@r.
  static func nearestShares(within r: Int, of found: SearchResult, truth: SearchResult) -> [Double] {
    (0..<found.queries).map { query in
      guard let nearest = truth[ids: query].first, nearest >= 0 else { return 1 }
      return found[ids: query].prefix(r).contains(nearest) ? 1 : 0
    }
  }

  /// What each query contributes to k-recall@k.
  static func overlapShares(at k: Int, of found: SearchResult, truth: SearchResult) -> [Double] {
    (0..<found.queries).map { query in
      let neighbours = truth[ids: query].prefix(k).filter { $0 >= 0 }
      guard !neighbours.isEmpty else { return 1 }
      let answers = Set(found[ids: query].prefix(k))
      return Double(neighbours.count { answers.contains($0) }) / Double(neighbours.count)
    }
  }
}
