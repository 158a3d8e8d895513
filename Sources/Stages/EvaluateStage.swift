import Artifacts
import Bundles
import Embedders
import IndexFormats
import Pipelines
public import Quality
import Registries
import Tensors
import VectorSearch

/// `evaluate`: how well an index answers, against exact truth and the champion, and whether that is good enough.
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
  /// What the index is compared with.
  let champion: RegistryReference?
  /// The sidecar field with an item's class.
  let labels: String?
  let required: [Condition]
  /// Conditions that only warn.
  let warned: [Condition]
  /// Whether an index that misses a condition is only marked.
  let keepsFailed: Bool
  /// Queries shown with their answers in the report.
  let shown: Int
  let sources = OpenSources()

  /// Neighbours that truth and answers hold.
  static let depth = QualityFigure.greatestDepth
  static let figuresEnding = ".figures.json"
  static let contactEnding = ".contact.json"
  /// The material by which the champion of the day is a part of the key.
  static let championMaterial = "champion"
  static let noChampion = "none"

  var output: ArtifactType { .evaluation }
  var isGate: Bool { true }

  var phases: [Phase] {
    [
      Phase("truth", .whole, isParallel: true), Phase("measure", .whole, isParallel: true),
      Phase("require", .whole),
    ]
  }

  func materials(in workspace: Workspace) throws -> [String: String] {
    guard let champion else { return [:] }
    let version = try Registry(folder: workspace.registryPath, disk: workspace.disk).champion(champion)
    return [Self.championMaterial: version?.digest.hex ?? Self.noChampion]
  }

  func memory(of phase: Phase, threads: Int) -> Int { 128 << 20 }

  /// Measuring may hold the ids of all items, as those of Flat lie in a table of their own, and for a moment the pages that they are read
  /// from; all else of an index that does not fit stays in its file. Shared items and classes come on top.
  func memory(of phase: Phase, threads: Int, rows: Int) -> Int {
    let each = phase.name == "measure" ? 16 + (champion == nil ? 0 : 64) + (labels == nil ? 0 : 192) : 0
    return memory(of: phase, threads: threads) + rows * each
  }

  func run(_ job: Job) async throws {
    switch job.phase.name {
    case "truth": try findTruth(job)
    case "measure": try await measure(job)
    default: try require(job)
    }
  }

  /// The corpus: what the index was built from.
  func corpus(_ job: Job) throws -> JobInput {
    guard let corpus = try job.inputs(of: job.inputs[0]).first else {
      throw MissingWork(stage: job.inputs[0].stage, phase: "input")
    }
    return corpus
  }

  /// Truth depends on the data and the queries alone: an index of another type over the same data takes it from the cache.
  private func findTruth(_ job: Job) throws {
    let corpus = try corpus(job)
    let metric = try self.metric(job)
    if case .input(let place) = queries { try Self.requireOneModel(job.inputs[place], corpus, job) }
    var hasher = Digest.Hasher()
    for field in ["truth 2", corpus.recipe.key.hex, metric.rawValue, "\(Self.depth)"] { hasher.field(field) }
    var about = [corpus.recipe.key]
    switch queries {
    case .heldOut(let count): hasher.field("held out \(count) \(seed)")
    case .input(let place):
      about.append(job.inputs[place].recipe.key)
      hasher.field("given " + about[1].hex)
    }
    let files = try WorkspaceCache(job.workspace).parts("truth", hasher.finish(), about: about) {
      try truthFiles(corpus, metric, job)
    }
    try job.commit(
      files: files.sorted { $0.key < $1.key }.map { try job.write($0.value, ending: $0.key) },
      notes: ["queries": .integer(try NumpyHeader.integers(in: files[TruthFile.idsEnding] ?? []).count)])
  }

  /// Queries of another model than the index's are refused; vectors that came from outside are taken at their word.
  private static func requireOneModel(_ queries: JobInput, _ corpus: JobInput, _ job: Job) throws {
    guard let theirs = try DataSurvey.embedder(lineage(of: queries, job))?.identity,
      let own = try DataSurvey.embedder(lineage(of: corpus, job))?.identity, theirs != own
    else { return }
    throw BundleError(
      .query, queries.stage,
      "its queries were made by \(theirs.phrase), the index's vectors by \(own.phrase); they cannot be compared")
  }

  /// An input, and what it was made from, nearest first.
  static func lineage(of input: JobInput, _ job: Job) throws -> [JobInput] {
    var lineage = [input]
    while let last = lineage.last, let parent = try job.inputs(of: last).first { lineage.append(parent) }
    return lineage
  }

  private func truthFiles(_ corpus: JobInput, _ metric: Metric, _ job: Job) throws -> [String: [UInt8]] {
    let queries = try QuerySet.draw(self.queries, seed: seed, corpus, job)
    guard queries.vectors.rows > 0 else { throw EmptyInput(stage: corpus.stage) }
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
    return try TruthFile(queries, truth.result).parts
  }

  func metric(_ job: Job) throws -> Metric {
    Metric(rawValue: try job.inputs[0].manifest.whole("build")?.notes["metric"]?.text ?? "") ?? .cosine
  }

  private func require(_ job: Job) throws {
    guard let report = try GateReport.read(job.artifact) else { throw MissingWork(stage: job.stage, phase: "measure") }
    for verdict in report.verdicts where !(verdict.isWarning && verdict.outcome != .missed) {
      job.note((verdict.isWarning ? "warning: " : "") + verdict.sentence)
    }
    guard report.isMet || keepsFailed else { throw QualityGateNotMet(verdicts: report.missed) }
    // Times are never the same twice: what they decide stands beside the artifact, not in it.
    let isMet = report.verdicts.allSatisfy { $0.isMet || $0.unit == .milliseconds }
    try job.commit(rows: 0, notes: ["gate": .text(isMet ? "met" : "missed")])
  }
}

/// An index is not good enough: exit 4, and nothing that depends on it is published.
public struct QualityGateNotMet: Error, CustomStringConvertible {
  public let verdicts: [Verdict]

  public var description: String {
    "the quality gate is not met: " + verdicts.map(\.sentence).joined(separator: "; ")
  }
}
