import Artifacts
import Pipelines
import Tensors
import VectorSearch

/// The committed queries of an evaluation and their true neighbours, and what answers are worth against them.
struct TruthFile {
  let queries: Matrix
  let queryIDs: [Int64]
  let truth: SearchResult

  init(_ job: Job) throws {
    let checkpoint = try job.earlier("truth")
    queries = try Matrix(numpyBytes: job.artifact.read(checkpoint.file(ending: ".queries.npy")!))
    queryIDs = try NumpyHeader.integers(in: job.artifact.read(checkpoint.file(ending: ".queries.ids.npy")!))
    let ids = try NumpyHeader.integers(in: job.artifact.read(checkpoint.file(ending: ".truth.npy")!))
    let k = queries.rows == 0 ? 0 : ids.count / queries.rows
    truth = SearchResult(queries: queries.rows, k: k, ids: ids, distances: Array(repeating: 0, count: ids.count))
  }

  /// The index's answers, none of them the query itself.
  func search(_ index: VectorIndex, nprobe: Int, threads: Int) throws -> SearchResult {
    let k = min(EvaluateStage.depth, max(1, truth.k))
    return try index.search(queries, k: k + 1, options: SearchOptions(nprobe: nprobe, threads: threads))
      .leavingOut(queryIDs, k: k)
  }

  /// R@r (the nearest is among the first r answers) and k-recall@k (share of the k nearest among the first k answers).
  func figures(of found: SearchResult) -> [String: Double] {
    var figures: [String: Double] = [:]
    for k in [1, 10, 100] where k <= truth.k {
      figures["R@\(k)"] = Recall.nearest(within: k, of: found, truth: truth)
      figures["\(k)-recall@\(k)"] = Recall.overlap(at: k, of: found, truth: truth)
    }
    return figures
  }

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
}
