import Artifacts
import Bundles
import Pipelines
import Quality
import Registries
import Tensors
import VectorSearch

/// All that an evaluation measured but times, by the names that figures have in files.
struct EvaluationMeasurements {
  private var all: [String: Measurement] = [:]

  subscript(figure: QualityFigure) -> Measurement? { all[figure.key] }

  /// The values that there are.
  var figures: [String: Double] { all.compactMapValues { $0.value.flatMap { $0.isFinite ? $0 : nil } } }
  var championFigures: [String: Double] { all.compactMapValues { $0.champion.flatMap { $0.isFinite ? $0 : nil } } }

  func intervals(_ bootstrap: Bootstrap) -> [String: [Double]] {
    all.compactMapValues { measured in
      measured.values.flatMap { bootstrap.interval($0, measured.statistic) }.map { [$0.lowerBound, $0.upperBound] }
    }
  }

  /// Of the index alone.
  init(_ stage: EvaluateStage, _ truth: TruthFile, _ index: VectorIndex, _ found: SearchResult, bytes: Int, _ job: Job) throws {
    for k in stage.depths where k <= truth.truth.k {
      all["R@\(k)"] = Measurement(of: Recall.nearestShares(within: k, of: found, truth: truth.truth))
      all["\(k)-recall@\(k)"] = Measurement(of: Recall.overlapShares(at: k, of: found, truth: truth.truth))
    }
    all["size"] = Measurement(Double(bytes))
    all["bytes_per_vector"] = Measurement(Double(bytes) / Double(max(1, index.count)))
    all["count"] = Measurement(Double(index.count))
    if let imbalance = index.listImbalance { all["list_imbalance"] = Measurement(imbalance) }
    if let shares = truth.nearDuplicates(index.metric) { all["near_duplicates"] = Measurement(of: shares) }
    let lineage = try job.lineage()
    if let rate = try DataSurvey.rejectRate(lineage) { all["reject_rate"] = Measurement(rate) }
    addCodingError(truth, index, threads: job.threads)
    if let field = stage.labels { try addLabels(field, stage, truth, found, lineage, job) }
  }

  /// Squared errors of the codes of the queries, which are of the index, over the variance of their vectors.
  private mutating func addCodingError(_ truth: TruthFile, _ index: VectorIndex, threads: Int) {
    let errors = index.codingErrors(of: truth.queries, ids: truth.queryIDs, threads: threads)
    let known = errors.indices.filter { errors[$0] != nil }
    guard !known.isEmpty else { return }
    let variance = Self.variance(index.trained.transforms.applied(to: truth.queries.gathering(known), threads: threads))
    guard variance > 0 else { return }
    all["quantization_error"] = Measurement(of: known.map { errors[$0]! / variance })
  }

  /// The mean squared distance of rows from their mean.
  private static func variance(_ rows: Matrix) -> Double {
    var total = 0.0
    for column in 0..<rows.columns {
      var (sum, squares) = (0.0, 0.0)
      for row in 0..<rows.rows {
        let value = Double(rows[row, column])
        sum += value
        squares += value * value
      }
      total += squares / Double(rows.rows) - (sum / Double(rows.rows)) * (sum / Double(rows.rows))
    }
    return max(0, total)
  }

  // MARK: Labels

  private var queryLabels: [String?] = []

  private mutating func addLabels(
    _ field: String, _ stage: EvaluateStage, _ truth: TruthFile, _ found: SearchResult, _ lineage: [JobInput], _ job: Job
  ) throws {
    let corpus = try stage.corpus(job)
    var ids: Set<Int64> = []
    for shard in try corpus.manifest.shards where shard.rows > 0 {
      ids.formUnion(try VectorShards.ids(shard, in: corpus.artifact))
    }
    guard let records = try Preparation.records(in: lineage) else { return }
    let table = try LabelTable(field, records: records, ids: ids)
    queryLabels = try stage.queryLabels(field, truth, table, job)
    let (precision, found) = Self.ranked(stage.depths, truth, found, table, queryLabels)
    let missing = "no query has a class in the field \(field), or no item shares one"
    for k in stage.depths {
      all["mAP@\(k)"] = precision[k].map { Measurement(of: $0) } ?? Measurement(nil, note: missing)
      all["label_R@\(k)"] = found[k].map { Measurement(of: $0) } ?? Measurement(nil, note: missing)
    }
  }

  /// By depth what each query with a class contributes; the same queries at every depth.
  private static func ranked(
    _ depths: [Int], _ truth: TruthFile, _ found: SearchResult, _ table: LabelTable, _ labels: [String?]
  ) -> (precision: [Int: [Double]], found: [Int: [Double]]) {
    var (precision, isFound): ([Int: [Double]], [Int: [Double]]) = ([:], [:])
    for (query, label) in labels.enumerated() {
      guard let label else { continue }
      let (right, relevant) = table.ranking(found[ids: query], of: label, leavingOut: truth.queryIDs[query])
      for k in depths {
        // A class of which there is nothing else to find counts nothing for either index.
        precision[k, default: []].append(LabelRanking.averagePrecision(right, depth: k, relevant: relevant) ?? 0)
        isFound[k, default: []].append(LabelRanking.isFound(right, depth: k, relevant: relevant) ?? 0)
      }
    }
    return (precision, isFound)
  }

  // MARK: The champion

  mutating func compare(
    with champion: ChampionVersion, _ comparison: ChampionComparison, _ stage: EvaluateStage, _ truth: TruthFile,
    _ found: SearchResult, _ job: Job
  ) throws {
    for (key, pair) in comparison.shared { all[key]?.compare(with: pair.champion, own: pair.own) }
    for (key, pair) in comparison.shared where all[key] != nil && !pair.own.isEmpty { all[key]?.note = comparison.note }
    all["size"]?.champion = Double(champion.size)
    all["bytes_per_vector"]?.champion = Double(champion.size) / Double(max(1, champion.index.count))
    all["count"]?.champion = Double(champion.index.count)
    all["list_imbalance"]?.champion = champion.index.listImbalance
    if let answers = comparison.answers { try compareAnswers(answers, found, champion, stage, truth) }
    addDrift(try DataSurvey.statistics(job.lineage(), job), champion)
    // What could not be measured anew was recorded when the champion was published.
    for (key, measured) in all where measured.champion == nil {
      guard let recorded = champion.version.metrics[key] else { continue }
      all[key]?.champion = recorded
      all[key]?.note =
        measured.note ?? comparison.note.flatMap { $0.contains("recorded") ? $0 : nil } ?? "recorded with \(champion.label)"
    }
  }

  private mutating func compareAnswers(
    _ answers: SearchResult, _ found: SearchResult, _ champion: ChampionVersion, _ stage: EvaluateStage, _ truth: TruthFile
  ) throws {
    for k in stage.depths {
      all["rbo@\(k)"] = Measurement(
        of: (0..<found.queries).map { RankOverlap.biased(found[ids: $0], answers[ids: $0], depth: k) })
      all["jaccard@\(k)"] = Measurement(
        of: (0..<found.queries).map { RankOverlap.jaccard(found[ids: $0], answers[ids: $0], depth: k) })
    }
    guard let field = stage.labels, queryLabels.contains(where: { $0 != nil }) else { return }
    let table = try LabelTable(field, items: champion.bundle.items)
    let (precision, isFound) = Self.ranked(stage.depths, truth, answers, table, queryLabels)
    for k in stage.depths {
      if let values = precision[k] { all["mAP@\(k)"]?.compare(with: values) }
      if let values = isFound[k] { all["label_R@\(k)"]?.compare(with: values) }
    }
  }

  private mutating func addDrift(_ own: DataStatistics?, _ champion: ChampionVersion) {
    var note: String?
    if let own, let theirs = champion.statistics {
      if let drift = Drift(of: own, against: theirs) {
        all["mean_shift"] = Measurement(drift.meanShift)
        all["subspace_angle"] = Measurement(drift.subspaceAngle)
        return
      }
      note = "\(champion.label) has embeddings of another kind"
    } else {
      note = "the bundle of \(champion.label) has no \(DataStatistics.fileName)"
    }
    all["mean_shift"] = Measurement(nil, note: note)
    all["subspace_angle"] = Measurement(nil, note: note)
  }
}

extension EvaluateStage {
  /// The class of each query: an item's own, or of a stage of their own what its records say.
  func queryLabels(_ field: String, _ truth: TruthFile, _ table: LabelTable, _ job: Job) throws -> [String?] {
    guard case .input(let place) = queries else { return truth.queryIDs.map { table.labels[$0] } }
    let input = job.inputs[place]
    let lineage = try Self.lineage(of: input, job)
    guard let records = try Preparation.records(in: lineage) else { return [] }
    var ids: [Int64] = []
    for shard in try input.manifest.shards where shard.rows > 0 { ids += try VectorShards.ids(shard, in: input.artifact) }
    let own = try LabelTable(field, records: records, ids: Set(ids))
    return ids.map { own.labels[$0] }
  }
}
