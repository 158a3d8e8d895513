import Artifacts
import Bundles
import Embedders
import IndexFormats
import Media
import Pipelines
import Quality
import SystemPackage
import Tensors
import VectorSearch

/// `export`: a bundle, and whatever other formats are asked for, put in their place in one step.
struct ExportStage: Stage {
  let formats: [any IndexFormat]
  let target: String

  var output: ArtifactType { .bundle }
  var isPublication: Bool { true }
  var phases: [Phase] { [Phase("write", .whole)] }

  func memory(of phase: Phase, threads: Int) -> Int { 256 << 20 }

  /// The bundle lies outside the workspace, where anybody may have moved it.
  func staleness(of summary: Summary) -> String? {
    guard let expected = summary.whole("write")?.notes["bundle"]?.text else { return "its record is incomplete" }
    let path = FilePath(target).appending(BundleDescription.fileName)
    guard let found = try? Digest.ofFile(at: path).digest.hex else { return "\(target) is not there" }
    return found == expected ? nil : "\(target) holds another bundle"
  }

  func run(_ job: Job) async throws {
    let input = job.inputs[0]
    let vectors = try job.inputs(of: input)[0]
    let lineage = try job.lineage()
    guard let records = try Preparation.records(in: lineage) else {
      throw MissingWork(stage: vectors.stage, phase: "records")
    }
    let writer = try BundleWriter(at: FilePath(target))
    try copyIndex(input, to: writer)
    if let statistics = try DataSurvey.statistics(lineage, job) { try writer.add(DataStatistics.fileName, statistics.bytes) }
    let sources = try archives(writer, job)
    try writeFormats(records, vectors, sources, writer, job)
    let embedder = try addEmbedder(lineage, to: writer)
    let description = try writer.commit(
      self.description(of: job.pipeline, input, records, sources, embedder: embedder, lineage))
    let bundle = try Digest.ofFile(at: FilePath(target).appending(BundleDescription.fileName))
    try job.commit(
      rows: description.index.count,
      notes: ["bundle": .text(bundle.digest.hex), "files": .integer(description.files.count)])
    job.advance(items: description.index.count)
  }

  /// The archives of the items, as they lie today; one of another stage may have the same name.
  private func archives(_ writer: BundleWriter, _ job: Job) throws -> [ItemArchive] {
    try job.recipes().flatMap(\.sources).compactMap { read in
      guard let source = job.sources.first(where: { $0.name == read.name && $0.digest == read.digest }) else { return nil }
      return ItemArchive(
        name: source.name, path: try writer.relativePath(of: FilePath(source.path)), size: source.size, digest: source.digest)
    }
  }

  private func copyIndex(_ input: JobInput, to writer: BundleWriter) throws {
    let built = try input.manifest.whole("build")!.file(ending: IndexStage.indexEnding)!
    try input.artifact.check(built)
    var copy = try DurableFile(at: writer.folder.appending("index.faiss"))
    try copy.write(contentsOf: input.artifact.path(of: built.name))
    writer.add([try copy.finish()])
    let index = try FaissReader.index(path: input.artifact.path(of: built.name).string)
    try writer.add(Preprocessing.fileName, Preprocessing(index.trained.transforms).archive.bytes)
  }

  private func writeFormats(
    _ records: JobInput, _ vectors: JobInput, _ sources: [ItemArchive], _ writer: BundleWriter, _ job: Job
  ) throws {
    let shards = ExportShards(records: records, vectors: vectors)
    let schema = ExportSchema(
      rows: try vectors.manifest.rows, dimension: try shards.dimension(), media: try media(records),
      fields: try shards.fields())
    let all: [any IndexFormat] = [ItemStoreFormat(archives: sources)] + formats
    let writers = try all.map { try $0.begin(in: writer.folder, schema: schema) }
    try shards.forEach { shard in
      try Task.checkCancellation()
      for writer in writers { try writer.append(shard) }
    }
    for formatWriter in writers { writer.add(try formatWriter.finish()) }
  }

  private func addEmbedder(_ lineage: [JobInput], to writer: BundleWriter) throws -> BundledEmbedder? {
    guard let featurize = lineage.first(where: { $0.recipe.kind == FeaturizeStage.kind.name }),
      let (found, file) = try BundledEmbedder.read(from: featurize)
    else { return nil }
    var embedder = found
    if let file, let name = embedder.state { try writer.add(name, featurize.artifact.read(file)) }
    if let file, file.name.hasSuffix(CommandMethod.optionsEnding) {
      let options = try SealedJSON.decode(
        CommandOptions.self, from: featurize.artifact.read(file), path: featurize.artifact.path(of: file.name))
      embedder.command = try BundledCommand(options, in: writer)
    }
    return embedder
  }

  private func media(_ records: JobInput) throws -> String {
    let first = try records.manifest.shards.first { $0.rows > 0 }
    return switch try first.flatMap({ try RecordShards.read($0, in: records.artifact).first?.format }) {
    case "vector": "vectors"
    case "text": "text"
    default: "image"
    }
  }

  private func description(
    of pipeline: String, _ input: JobInput, _ records: JobInput, _ sources: [ItemArchive], embedder: BundledEmbedder?,
    _ lineage: [JobInput]
  ) throws -> BundleDescription {
    let notes = try input.manifest.whole("build")!.notes
    let built = try input.manifest.whole("build")!.file(ending: IndexStage.indexEnding)!
    let index = try FaissReader.index(path: input.artifact.path(of: built.name).string)
    return BundleDescription(
      pipeline: pipeline, media: try media(records),
      index: .init(
        type: notes["type"]?.text ?? "", metric: index.metric, dimension: index.dimension, count: index.count,
        nprobe: index.trained.coarse == nil ? nil : index.trained.nprobe),
      embedder: embedder, sources: sources,
      lineage: lineage.reversed().map { "\($0.stage) \($0.recipe.kind) \($0.recipe.key.hex)" }.joined(separator: "\n"))
  }
}
