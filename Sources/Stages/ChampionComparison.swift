import Artifacts
import Bundles
import Embedders
import IndexFormats
import Media
import Pipelines
import Quality
import Tensors
import VectorSearch

/// What the champion answers to the queries of an evaluation, and what that is worth on the items that both indexes hold.
///
/// Recall compares an index with its own exact search. For both it is taken over the items that both hold with the same content, each
/// in its own space: what is new today, or gone, is the fault of neither.
struct ChampionComparison {
  /// The champion's answers over all its items; nil if it could not be asked.
  private(set) var answers: SearchResult?
  /// What each query contributes to a figure, of the index and of the champion, over the shared items.
  private(set) var shared: [String: (own: [Double], champion: [Double])] = [:]
  /// Items that both hold.
  private(set) var sharedCount = 0
  /// How it was compared, or why it was not.
  private(set) var note: String?
  /// The queries as the champion's index takes them.
  private(set) var queries: Matrix?

  /// Shared items under which recall says nothing.
  private static let fewest = 20

  init(_ champion: ChampionVersion, _ stage: EvaluateStage, _ truth: TruthFile, _ index: VectorIndex, probes: Int, _ job: Job)
    async throws
  {
    let corpus = try stage.corpus(job)
    let lineage = try job.lineage()
    guard let embedded = try EmbeddedRows(Array(lineage.dropFirst())) else { return }
    let own = try DataSurvey.embedder(lineage)?.identity
    guard own == champion.bundle.description.embedder?.identity else {
      note = "\(champion.label) has another embedder: its recall is the recorded one"
      queries = try await Self.embedded(truth, by: champion, stage, job)
      if let queries { answers = try Self.search(queries, truth, champion.index, threads: job.threads) }
      return
    }
    let raw = try stage.embeddedQueries(truth, embedded, job)
    guard raw.columns == champion.index.dimension else {
      note = "\(champion.label) takes vectors of \(champion.index.dimension) values, these have \(raw.columns)"
      return
    }
    queries = raw
    answers = try Self.search(raw, truth, champion.index, threads: job.threads)
    let ids = try Self.shared(champion, corpus, lineage)
    sharedCount = ids.count
    guard ids.count >= Self.fewest else {
      note = "\(champion.label) shares \(ids.count) items with this index: its recall is the recorded one"
      return
    }
    note = "on \(ids.count) items that both hold"
    try measure(ids, champion, stage, truth, index, probes, raw, corpus, embedded, job)
  }

  /// Items of one id and one content.
  private static func shared(_ champion: ChampionVersion, _ corpus: JobInput, _ lineage: [JobInput]) throws -> SharedItems {
    let shards = try corpus.manifest.shards.filter { $0.rows > 0 }
    let records = try Preparation.records(in: lineage)
    let theirs = champion.forEachContent
    let mine = { (body: (Int64) -> Void) in
      for shard in shards { try VectorShards.ids(shard, in: corpus.artifact).forEach(body) }
    }
    guard let records else { return try SharedItems(theirs, champion.bundle.items.count, mine, contents: nil) }
    return try SharedItems(theirs, champion.bundle.items.count, mine) { body in
      for shard in try records.manifest.shards where shard.rows > 0 {
        try Task.checkCancellation()
        for record in try RecordShards.read(shard, in: records.artifact) {
          body(ItemContent(id: record.id, digest: record.digest))
        }
      }
    }
  }

  private static func search(_ queries: Matrix, _ truth: TruthFile, _ index: VectorIndex, filter: IDFilter? = nil, threads: Int)
    throws -> SearchResult
  {
    try index.search(queries, k: EvaluateStage.depth + 1, options: SearchOptions(filter: filter, threads: threads))
      .leavingOut(truth.queryIDs, k: EvaluateStage.depth)
  }

  private mutating func measure(
    _ ids: SharedItems, _ champion: ChampionVersion, _ stage: EvaluateStage, _ truth: TruthFile, _ index: VectorIndex,
    _ probes: Int,
    _ raw: Matrix, _ corpus: JobInput, _ embedded: EmbeddedRows, _ job: Job
  ) throws {
    let metric = try stage.metric(job)
    let isWhole = try ids.count == corpus.manifest.rows && ids.count == champion.index.count
    let (ownTruth, ownFound): (SearchResult, SearchResult)
    if isWhole {
      (ownTruth, ownFound) = (truth.truth, try truth.search(index, nprobe: probes, threads: job.threads))
    } else {
      ownTruth = try Self.exact(truth.queries, truth, metric, [], ids, job, EmbeddedRows(at: corpus))
      ownFound = try index.search(
        truth.queries, k: EvaluateStage.depth + 1,
        options: SearchOptions(nprobe: probes, filter: index.allowing(where: ids.contains), threads: job.threads)
      ).leavingOut(truth.queryIDs, k: EvaluateStage.depth)
    }
    let transforms = champion.index.trained.transforms
    let theirTruth = try Self.exact(
      transforms.applied(to: raw, threads: job.threads), truth, champion.index.metric, transforms, ids, job, embedded)
    let theirFound = try Self.search(
      raw, truth, champion.index, filter: isWhole ? nil : champion.index.allowing(where: ids.contains), threads: job.threads)
    for k in stage.depths where k <= min(ownTruth.k, theirTruth.k) {
      shared["R@\(k)"] = (
        Recall.nearestShares(within: k, of: ownFound, truth: ownTruth),
        Recall.nearestShares(within: k, of: theirFound, truth: theirTruth)
      )
      shared["\(k)-recall@\(k)"] = (
        Recall.overlapShares(at: k, of: ownFound, truth: ownTruth), Recall.overlapShares(at: k, of: theirFound, truth: theirTruth)
      )
    }
  }

  /// The exact neighbours among some items, shard by shard.
  ///
  /// - Parameter queries: after the transforms, which items have yet to go through.
  private static func exact(
    _ queries: Matrix, _ truth: TruthFile, _ metric: Metric, _ transforms: [VectorTransform], _ ids: SharedItems, _ job: Job,
    _ rows: EmbeddedRows
  ) throws -> SearchResult {
    var lists = NeighbourLists(queries: queries.rows, depth: EvaluateStage.depth, isDistance: metric == .l2)
    try rows.forEachShard { vectors, own in
      let kept = own.indices.filter { ids.contains(own[$0]) }
      guard !kept.isEmpty else { return }
      let base = transforms.applied(to: vectors.gathering(Array(kept)), threads: job.threads)
      let found = try ExactSearch.search(
        queries, in: base, k: min(EvaluateStage.depth + 1, kept.count), metric: metric, threads: job.threads)
      lists.merge(found, ids: kept.map { own[$0] }, leavingOut: truth.queryIDs)
    }
    return lists.result
  }

  /// The queries' own content, embedded by the champion's embedder; nil where that is not at hand.
  private static func embedded(_ truth: TruthFile, by champion: ChampionVersion, _ stage: EvaluateStage, _ job: Job) async throws
    -> Matrix?
  {
    guard truth.queryIDs.allSatisfy({ $0 >= 0 }), let records = try Preparation.records(in: job.lineage()) else { return nil }
    let contents = try QueryContents(Set(truth.queryIDs), records, stage.sources, job)
    var rows: [Float] = []
    for id in truth.queryIDs {
      try Task.checkCancellation()
      guard let query = contents[id], let found = try? await champion.searcher.vector(of: query).vector else { return nil }
      rows += found.values
    }
    return Matrix(rows: truth.queryIDs.count, columns: champion.index.dimension, values: rows)
  }
}
