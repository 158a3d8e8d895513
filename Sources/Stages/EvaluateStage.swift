import Artifacts
import IndexFormats
import Pipelines
import Tensors
import VectorSearch

/// `evaluate`: how well an index answers, against exact truth, and whether that is good enough.
///
/// Queries held out of the corpus are searched with themselves left out of truth and answers alike, so that none finds itself.
struct EvaluateStage: Stage {
  enum Queries: Sendable {
    /// So many vectors of the corpus, drawn by the seed.
    case heldOut(Int)
    /// A stage of their own, by its place among the inputs.
    case input(Int)
  }

  let queries: Queries
  let seed: UInt64
  let nprobe: Int?
  let requirements: [Requirement]
  /// Queries shown with their answers in the report.
  let shown: Int
  let sources = OpenSources()

  /// Neighbours that truth and answers hold.
  static let depth = 100
  static let figuresEnding = ".figures.json"
  static let contactEnding = ".contact.json"

  var output: ArtifactType { .evaluation }
  var isGate: Bool { true }

  var phases: [Phase] {
    [
      Phase("truth", .whole, isParallel: true), Phase("measure", .whole, isParallel: true),
      Phase("require", .whole),
    ]
  }

  func memory(of phase: Phase, threads: Int) -> Int { 128 << 20 }

  func run(_ job: Job) async throws {
    switch job.phase.name {
    case "truth": try findTruth(job)
    case "measure": try measure(job)
    default: try require(job)
    }
  }

  /// The corpus: what the index was built from.
  private func corpus(_ job: Job) throws -> JobInput {
    guard let corpus = try job.inputs(of: job.inputs[0]).first else {
      throw MissingWork(stage: job.inputs[0].stage, phase: "input")
    }
    return corpus
  }

  private func findTruth(_ job: Job) throws {
    let corpus = try corpus(job)
    let queries = try QuerySet.draw(self.queries, seed: seed, corpus, job)
    guard queries.vectors.rows > 0 else { throw EmptyInput(stage: corpus.stage) }
    let metric = try self.metric(job)
    var truth = NeighbourLists(queries: queries.vectors.rows, depth: Self.depth, isDistance: metric == .l2)
    for shard in try corpus.manifest.shards where shard.rows > 0 {
      try Task.checkCancellation()
      let vectors = try VectorShards.vectors(shard, in: corpus.artifact)
      let ids = try VectorShards.ids(shard, in: corpus.artifact)
      let found = try ExactSearch.search(
        queries.vectors, in: vectors, k: min(Self.depth + 1, vectors.rows), metric: metric, threads: job.threads)
      truth.merge(found, ids: ids, leavingOut: queries.ids)
      job.advance(items: vectors.rows)
    }
    let result = truth.result
    try job.commit(
      files: [
        job.write(queries.vectors.numpyBytes, ending: ".queries.npy"),
        job.write(NumpyHeader.bytes(of: queries.ids), ending: ".queries.ids.npy"),
        job.write(NumpyHeader.bytes(of: result.ids), ending: ".truth.npy"),
      ],
      notes: ["queries": .integer(queries.vectors.rows), "depth": .integer(result.k)])
  }

  private func metric(_ job: Job) throws -> Metric {
    Metric(rawValue: try job.inputs[0].manifest.whole("build")?.notes["metric"]?.text ?? "") ?? .cosine
  }

  private func measure(_ job: Job) throws {
    let truth = try TruthFile(job)
    let input = job.inputs[0]
    let build = try input.manifest.whole("build")!
    let file = build.file(ending: IndexStage.indexEnding)!
    // Queries are vectors as the index got them, so that the transforms in front of it are left out.
    try input.artifact.check(file)
    // An index that would not fit beside its file's pages is searched where it lies.
    let path = input.artifact.path(of: file.name).string
    let index = try FaissReader.index(path: path, mapped: file.size > job.memory / 3)
      .droppingTransforms(try Preparation.chain(of: job).count)
    let probes = nprobe ?? index.trained.nprobe
    let found = try truth.search(index, nprobe: probes, threads: job.threads)
    var figures = truth.figures(of: found)
    figures["bytes_per_vector"] = Double(file.size) / Double(max(1, index.count))
    var latency = try Latency.measure(truth.queries, index, nprobe: probes)
    latency.requirements = requirements.filter(\.isOfTime).map { $0.outcome(latency.figures) }
    try DurableFile.commit(latency.bytes, at: job.artifact.path(of: Latency.fileName), on: job.artifact.disk)
    let report = EvaluationFigures(
      queries: truth.queries.rows, items: index.count, metric: index.metric.rawValue,
      index: build.notes["type"]?.text ?? "", nprobe: index.trained.coarse == nil ? nil : probes, figures: figures,
      curve: try truth.curve(index, threads: job.threads),
      requirements: requirements.filter { !$0.isOfTime }.map { $0.outcome(figures) })
    let contact = try ContactSheet.make(truth, found, count: shown, sources, job)
    try job.commit(
      files: [job.write(report.bytes, ending: Self.figuresEnding), job.write(contact.bytes, ending: Self.contactEnding)],
      rows: truth.queries.rows, notes: figures.mapValues { .number($0) })
    job.advance(items: truth.queries.rows)
  }

  private func require(_ job: Job) throws {
    let latency = try Latency.read(job.artifact)
    let figures = try job.earlier("measure").notes.compactMapValues(\.number).merging(latency) { $1 }
    let outcomes = requirements.map { $0.outcome(figures) }
    for outcome in outcomes { job.note(outcome.sentence) }
    guard outcomes.allSatisfy(\.isMet) else { throw QualityGateNotMet(outcomes: outcomes.filter { !$0.isMet }) }
    try job.commit(rows: 0)
  }
}
