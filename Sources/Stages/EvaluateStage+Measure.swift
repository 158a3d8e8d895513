import Artifacts
import IndexFormats
import Pipelines
import Quality
import Registries
import SystemPackage
import Tensors
import VectorSearch

extension EvaluateStage {
  /// Depths at which ranked figures are measured: the usual ones, and those that conditions name.
  var depths: [Int] { Set(TruthFile.depths + (required + warned).compactMap(\.figure.depth)).sorted() }

  func measure(_ job: Job) async throws {
    let truth = try TruthFile(job)
    let input = job.inputs[0]
    let build = try input.manifest.whole("build")!
    let file = build.file(ending: IndexStage.indexEnding)!
    // Queries are vectors as the index got them, so that the transforms in front of it are left out.
    try input.artifact.check(file)
    // An index that would not fit into memory is searched where it lies.
    let path = input.artifact.path(of: file.name).string
    let index = try FaissReader.index(path: path, mapped: file.size > job.memory / 3)
      .droppingTransforms(try Preparation.chain(of: job).count)
    let probes = nprobe ?? index.trained.nprobe
    let found = try truth.search(index, nprobe: probes, threads: job.threads)
    let champion = try champion.flatMap { try ChampionVersion($0, job) }
    var comparison: ChampionComparison?
    if let champion { comparison = try await ChampionComparison(champion, self, truth, index, probes: probes, job) }
    var all = try EvaluationMeasurements(self, truth, index, found, bytes: file.size, job)
    if let champion, let comparison { try all.compare(with: champion, comparison, self, truth, found, job) }
    let judge = Judge(
      bootstrap: Bootstrap(seed: seed), champion: champion != nil ? .present : self.champion != nil ? .none : .notNamed)
    let latency = try Latency.measure(
      truth.queries, index, nprobe: probes, champion: champion?.index, queries: comparison?.queries, judge, self)
    try DurableFile.commit(latency.bytes, at: job.artifact.path(of: Latency.fileName), on: job.artifact.disk)
    let report = EvaluationFigures(
      queries: truth.queries.rows, items: index.count, metric: index.metric.rawValue,
      index: build.notes["type"]?.text ?? "", nprobe: index.trained.coarse == nil ? nil : probes, figures: all.figures,
      intervals: all.intervals(judge.bootstrap), curve: try truth.curve(index, threads: job.threads),
      requirements: verdicts(judge, all) { !$0.isOfTime }, compared: self.champion.map { "\($0)" },
      champion: champion.map { champion in
        GateReport.Champion(
          name: champion.version.name, version: champion.version.number, digest: champion.version.digest.hex,
          figures: all.championFigures, note: comparison?.note)
      })
    var contact = try ContactSheet.make(truth, found, count: shown, sources, job)
    if let champion, let answers = comparison?.answers {
      contact.changes = try ContactSheet.changes(truth, found, answers, champion, count: shown, sources, job)
    }
    try job.commit(
      files: [job.write(report.bytes, ending: Self.figuresEnding), job.write(contact.bytes, ending: Self.contactEnding)],
      rows: truth.queries.rows, notes: all.figures.mapValues { .number($0) })
    job.advance(items: truth.queries.rows)
  }

  /// What becomes of the conditions on some figures.
  func verdicts(_ judge: Judge, _ all: EvaluationMeasurements, where isMine: (QualityFigure) -> Bool) -> [Verdict] {
    required.filter { isMine($0.figure) }.map { judge.verdict(on: $0, all[$0.figure]) }
      + warned.filter { isMine($0.figure) && ($0.isRelative ? judge.champion == .present : true) }
      .map { judge.verdict(on: $0, all[$0.figure], isWarning: true) }
  }

  /// The queries as the embedder made them.
  func embeddedQueries(_ truth: TruthFile, _ corpus: EmbeddedRows, _ job: Job) throws -> Matrix {
    guard case .input(let place) = queries else { return try corpus.rows(of: truth.queryIDs) }
    let input = job.inputs[place]
    let lineage = try Self.lineage(of: input, job)
    guard let rows = try EmbeddedRows(lineage) else { throw EmptyInput(stage: input.stage) }
    return try rows.all()
  }
}
