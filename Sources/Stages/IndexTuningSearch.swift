import Quality
import Tensors
import VectorSearch

/// Looks for the fewest lists of a finished index that find enough.
struct IndexTuningSearch {
  let index: VectorIndex
  let queries: QuerySet
  let truth: SearchResult
  let constraints: IndexConstraints
  let type: String
  let bytes: Int
  let threads: Int
  private(set) var trials: [IndexTrial] = []
  private(set) var milliseconds: [Double] = []

  init(
    index: VectorIndex, queries: QuerySet, truth: SearchResult, constraints: IndexConstraints, type: String, bytes: Int,
    threads: Int
  ) {
    self.index = index
    self.queries = queries
    self.truth = truth
    self.constraints = constraints
    self.type = type
    self.bytes = bytes
    self.threads = threads
  }

  /// The place of the trial to take: doubles the lists until enough is found, then halves the gap; the last one if never.
  mutating func settle(lists: Int?, given: Int?, _ refinement: Float?) throws -> Int {
    guard let lists, given == nil, let wanted = constraints.recall else {
      return try measure(lists.map { min($0, given ?? $0) }, refinement)
    }
    var (low, high) = (0, 1)  // low finds too little
    var taken = try measure(high, refinement)
    while trials[taken].recall < wanted, high < lists {
      (low, high) = (high, min(lists, high * 2))
      taken = try measure(high, refinement)
    }
    while trials[taken].recall >= wanted, high - low > max(1, low / 16) {
      let middle = (low + high) / 2
      let place = try measure(middle, refinement)
      if trials[place].recall >= wanted { (high, taken) = (middle, place) } else { low = middle }
    }
    return taken
  }

  private mutating func measure(_ nprobe: Int?, _ refinement: Float?) throws -> Int {
    try Task.checkCancellation()
    let options = SearchOptions(nprobe: nprobe, refinementFactor: refinement, threads: threads)
    let found = try index.search(queries.vectors, k: 11, options: options).leavingOut(queries.ids, k: 10)
    let recall = Recall.overlap(at: 10, of: found, truth: truth)
    let time = try index.medianMilliseconds(queries.vectors, options)
    let outcomes = constraints.outcomes(recall: recall, bytes: bytes, milliseconds: time)
    milliseconds.append(time)
    trials.append(
      IndexTrial(
        type: type, nprobe: nprobe, refinement: refinement.map(Double.init), bytes: bytes, recall: recall,
        misses: outcomes.filter { !$0.isMet }.map(\.figure)))
    return trials.count - 1
  }
}
