import Quality
import Tensors
import VectorSearch

/// Tries types on some vectors: trains, encodes, searches with more and more lists, and measures.
struct IndexTrials {
  let base: Matrix
  let queries: Matrix
  let truth: SearchResult
  let metric: Metric
  let constraints: IndexConstraints
  /// The vectors that the index will hold, of which `base` is a part.
  let count: Int
  /// Given ones are not tried out.
  let nprobe: Int?
  let refinement: Float?
  private(set) var trials: [IndexTrial] = []
  private(set) var milliseconds: [Double] = []

  init(
    base: Matrix, queries: Matrix, metric: Metric, constraints: IndexConstraints, count: Int, nprobe: Int?, refinement: Float?,
    threads: Int
  ) throws {
    self.base = base
    self.queries = queries
    self.metric = metric
    self.constraints = constraints
    self.count = count
    self.nprobe = nprobe
    self.refinement = refinement
    truth = try ExactSearch.search(queries, in: base, k: min(10, base.rows), metric: metric, threads: threads)
  }

  /// Goes through the candidates within the memory allowed, and beyond the first that will do up to twice its size.
  mutating func run(_ types: [FactoryType], options: TrainingOptions, done: (FactoryType) -> Void) throws {
    for type in types where type.leastTrainingVectors <= base.rows {
      let bytes = type.fileBytes(dimension: base.columns, count: count)
      // If even the smallest is too large, it shows by how much.
      if let memory = constraints.memory, bytes > memory, !trials.isEmpty { continue }
      if let chosen = IndexTrialFile.smallest(trials, constraints), bytes > 2 * trials[chosen].bytes { break }
      try Task.checkCancellation()
      try tryOut(type, bytes: bytes, options: options)
      done(type)
    }
  }

  private mutating func tryOut(_ type: FactoryType, bytes: Int, options: TrainingOptions) throws {
    let trained = try TrainedQuantizer(training: base, type: type, metric: metric, options: options)
    let index = try VectorIndex(trained, shards: [trained.encoded(base, threads: options.threads)])
    let factors: [Float?] = type.refinement == nil ? [nil] : refinement.map { [$0] } ?? [4, 16]
    for factor in factors {
      var last = -1.0
      for probes in Self.probes(nprobe, lists: type.lists) {
        try Task.checkCancellation()
        let search = SearchOptions(nprobe: probes, refinementFactor: factor, threads: options.threads)
        let found = try index.search(queries, k: 10, options: search)
        let recall = Recall.overlap(at: 10, of: found, truth: truth)
        let time = try index.medianMilliseconds(queries, search) * max(1, Double(count) / Double(base.rows))
        let outcomes = constraints.outcomes(recall: recall, bytes: bytes, milliseconds: time)
        milliseconds.append(time)
        trials.append(
          IndexTrial(
            type: type.description, nprobe: type.lists == nil ? nil : probes, refinement: factor.map(Double.init), bytes: bytes,
            recall: recall, misses: outcomes.filter { !$0.isMet }.map(\.figure)))
        // More lists cost more time: enough is enough, and so is what no more lists will better.
        if recall >= constraints.ampleRecall || recall <= last { break }
        last = recall
      }
    }
  }

  /// 1, 2, 4, … lists; only the given number where one is given; once without lists.
  private static func probes(_ given: Int?, lists: Int?) -> [Int] {
    guard let lists else { return [1] }
    if let given { return [min(given, lists)] }
    return Array(sequence(first: 1) { $0 * 2 }.prefix { $0 < min(lists, 1024) }) + [min(lists, 1024)]
  }
}

extension VectorIndex {
  /// The median time of up to 100 queries, one by one on one thread, after a few to warm up.
  func medianMilliseconds(_ queries: Matrix, _ options: SearchOptions) throws -> Double {
    guard queries.rows > 0 else { return 0 }
    var single = options
    single.threads = 1
    let rows = min(queries.rows, 100)
    var times: [Double] = []
    for pass in 0..<rows + 10 {
      let row = pass % rows
      let query = queries[rows: row..<row + 1]
      let start = ContinuousClock.now
      _ = try search(query, k: 10, options: single)
      let elapsed = start.duration(to: .now).components
      if pass >= 10 { times.append(Double(elapsed.seconds) * 1e3 + Double(elapsed.attoseconds) / 1e15) }
    }
    times.sort()
    return times[times.count / 2]
  }
}
