import Artifacts
import IndexFormats
import Pipelines
import Tensors
import VectorSearch

extension IndexStage {
  /// The type: the one given, or the one that was chosen and committed, so that every later job and every resumed run takes the same.
  func type(of job: Job) throws -> FactoryType {
    if let type { return type }
    return try FactoryType(job.earlier("choose").notes["type"]?.text ?? "")
  }

  /// Lists to visit and refinement, as they were given or found.
  func settings(of job: Job) throws -> (nprobe: Int?, refinement: Float?) {
    guard tuning != nil else { return (nprobe, refinement) }
    let notes = try job.earlier("tune").notes
    return (notes["nprobe"]?.integer ?? nprobe, notes["refinement"]?.number.map { Float($0) } ?? refinement)
  }

  /// `try`: types on a part of the vectors, with other vectors as queries.
  func tryTypes(_ job: Job) throws {
    let tuning = tuning!
    let input = job.inputs[0]
    let manifest = try input.manifest
    guard let first = manifest.shards.first(where: { $0.rows > 0 }) else { throw EmptyInput(stage: input.stage) }
    let columns = try VectorShards.vectors(first, in: input.artifact).columns
    let held = try QuerySet.draw(
      .heldOut(IndexTuning.queries(of: manifest.rows)), seed: IndexTuning.querySeed, input, job)
    let base = try trialVectors(job, leavingOut: Set(held.ids), columns: columns)
    guard base.rows > 0 else {
      throw StageFault(option: "type", "auto needs some vectors to choose by; there is one: give a type, such as Flat")
    }
    var trials = try IndexTrials(
      base: base, queries: held.vectors, metric: metric, constraints: tuning.constraints, count: manifest.rows, nprobe: nprobe,
      refinement: refinement, threads: job.threads)
    let types = IndexCandidates.types(dimension: columns, count: manifest.rows, trained: base.rows)
    try trials.run(types, options: trainingOptions(job)) { _ in job.advance(items: base.rows) }
    let file = IndexTrialFile(
      constraints: tuning.constraints, vectors: base.rows, of: manifest.rows, queries: held.vectors.rows,
      trials: trials.trials, chosen: IndexTrialFile.smallest(trials.trials, tuning.constraints))
    try IndexLatency.add(trials.milliseconds, of: job.phase.name, to: job.artifact)
    let written = try job.write(file.bytes, ending: IndexTrialFile.ending)
    // A time may be better another day; all else would come out the same.
    if file.chosen == nil, tuning.constraints.latency != nil {
      throw notMet(file, times: trials.milliseconds, advice: "ask for less, or try again on a quiet machine")
    }
    try job.commit(files: [written], notes: ["trials": .integer(trials.trials.count)])
  }

  /// The vectors that types are tried on, drawn by the seed, without the queries.
  private func trialVectors(_ job: Job, leavingOut queries: Set<Int64>, columns: Int) throws -> Matrix {
    let input = job.inputs[0]
    let manifest = try input.manifest
    var random = SeededRandom(seed: job.seed)
    let drawn = random.sample(tuning!.trialVectors, below: manifest.rows)
    var parts: [Matrix] = []
    var (start, next) = (0, 0)
    for shard in manifest.shards {
      let end = start + shard.rows
      let ids = try VectorShards.ids(shard, in: input.artifact)
      var kept: [Int] = []
      while next < drawn.count, drawn[next] < end {
        if !queries.contains(ids[drawn[next] - start]) { kept.append(drawn[next] - start) }
        next += 1
      }
      if !kept.isEmpty { parts.append(try VectorShards.vectors(shard, in: input.artifact).gathering(kept)) }
      start = end
    }
    return Matrix(stacking: parts, columns: columns)
  }

  /// `choose`: the smallest that keeps to the constraints, from what was committed.
  func choose(_ job: Job) throws {
    let file = try IndexTrialFile.read(job.earlier("try"), in: job.artifact)
    guard let chosen = file.chosen else {
      throw notMet(file, times: IndexLatency.read("try", in: job.artifact), advice: "ask for less, or give a type")
    }
    let trial = file.trials[chosen]
    job.note("\(trial.words): recall@10 \(trial.recall) on \(file.vectors) of \(file.of) vectors, \(trial.bytes) bytes")
    try job.commit(
      notes: [
        "type": .text(trial.type), "nprobe": trial.nprobe.map { .integer($0) },
        "refinement": trial.refinement.map { .number($0) },
      ]
      .compactMapValues { $0 })
  }

  /// `tune`: the fewest lists that find enough, on the whole index, and whether that keeps to the constraints.
  func tune(_ job: Job) throws {
    let tuning = tuning!
    let input = job.inputs[0]
    let queries = try QuerySet.draw(
      .heldOut(IndexTuning.queries(of: input.manifest.rows)), seed: IndexTuning.querySeed, input, job)
    let content = try content(job, behind: [])
    let index = try VectorIndex(content)
    var search = IndexTuningSearch(
      index: index, queries: queries, truth: try truth(of: queries, job), constraints: tuning.constraints,
      type: try type(of: job).description, bytes: try bytes(job), threads: job.threads)
    let factor = type == nil ? try job.earlier("choose").notes["refinement"]?.number.map { Float($0) } : refinement
    let refinement = content.trained.refinement == nil ? nil : factor ?? content.trained.refinementFactor
    let lists = content.trained.coarse?.lists
    let taken = try search.settle(lists: lists, given: tuning.findsProbes ? nil : nprobe ?? content.trained.nprobe, refinement)
    let file = IndexTrialFile(
      constraints: tuning.constraints, vectors: index.count, of: index.count, queries: queries.vectors.rows,
      trials: search.trials, chosen: search.trials[taken].misses.isEmpty ? taken : nil)
    try IndexLatency.add(search.milliseconds, of: job.phase.name, to: job.artifact)
    let written = try job.write(file.bytes, ending: IndexTrialFile.ending)
    guard file.chosen != nil else {
      throw notMet(
        file, times: search.milliseconds,
        advice: type == nil ? "choose by more vectors (trial_vectors), or ask for less" : "take another type, or ask for less")
    }
    let trial = search.trials[taken]
    try job.commit(
      files: [written],
      notes: ["nprobe": trial.nprobe.map { .integer($0) }, "refinement": trial.refinement.map { .number($0) }]
        .compactMapValues { $0 }.merging(["recall@10": .number(trial.recall)]) { $1 })
  }

  /// The nearest neighbours of the queries among all vectors, but for themselves.
  private func truth(of queries: QuerySet, _ job: Job) throws -> SearchResult {
    let input = job.inputs[0]
    var truth = NeighbourLists(queries: queries.vectors.rows, depth: 10, isDistance: metric == .l2)
    for shard in try input.manifest.shards where shard.rows > 0 {
      try Task.checkCancellation()
      let vectors = try VectorShards.vectors(shard, in: input.artifact)
      let found = try ExactSearch.search(
        queries.vectors, in: vectors, k: min(11, vectors.rows), metric: metric, threads: job.threads)
      truth.merge(found, ids: try VectorShards.ids(shard, in: input.artifact), leavingOut: queries.ids)
      job.advance(items: vectors.rows)
    }
    return truth.result
  }

  /// Bytes of the file that `build` will write.
  private func bytes(_ job: Job) throws -> Int {
    var bytes = 0
    try FaissWriter.write(content(job, behind: Preparation.chain(of: job))) { bytes += $0.count }
    return bytes
  }

  private func notMet(_ file: IndexTrialFile, times: [Double]?, advice: String) -> ConstraintsNotMet {
    guard let best = IndexTrialFile.best(file.trials) else {
      return ConstraintsNotMet(best: "none", outcomes: [], advice: advice)
    }
    let trial = file.trials[best]
    let milliseconds = times.flatMap { best < $0.count ? $0[best] : nil } ?? .nan
    let outcomes = file.constraints.outcomes(recall: trial.recall, bytes: trial.bytes, milliseconds: milliseconds)
    return ConstraintsNotMet(best: trial.words, outcomes: outcomes, advice: advice)
  }
}
