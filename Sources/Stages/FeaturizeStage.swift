import Artifacts
import Bundles
import Embedders
import Media
import Pipelines
import Tensors

/// `featurize`: records become vectors by an embedder.
struct FeaturizeStage: Stage {
  let method: Method
  let rejectLimit: RejectLimit?
  private let sources = OpenSources()
  private let known = KnownContents()

  /// How a record becomes a vector.
  enum Method: Sendable {
    case convolutional(ConvolutionalMethod)
    case hashing(HashingMethod)
    case command(CommandMethod)
    case registered(RegisteredMethod)
  }

  static let embedderEnding = ".embedder.json"
  static let phase = "embed"

  init(_ method: Method, rejectLimit: RejectLimit?) {
    self.method = method
    self.rejectLimit = rejectLimit
  }

  var output: ArtifactType {
    switch method {
    case .convolutional(let method): .vectors(dimension: method.model.dimension)
    case .hashing(let method): .vectors(dimension: method.options.vectorDimension)
    case .command(let method): .vectors(dimension: method.options.dimension)
    case .registered: .vectors(dimension: nil)
    }
  }

  var phases: [Phase] {
    let embed = Phase(Self.phase, .shard, isOutput: true)
    return switch method {
    case .convolutional, .command, .registered: [Phase("describe", .once), embed]
    case .hashing(let method): method.fittingPhases + [embed]
    }
  }

  func materials() throws -> [String: String] {
    switch method {
    case .convolutional(let method): ["model": method.model.digest.hex]
    case .hashing, .registered: [:]
    case .command(let method): ["program": method.embedder.identity.digest]
    }
  }

  /// A model of the registry is that of today: when its alias has moved, the vectors are made again.
  func materials(in workspace: Workspace) throws -> [String: String] {
    guard case .registered(let method) = method else { return try materials() }
    return ["model": try method.digest(in: workspace).hex]
  }

  func memory(of phase: Phase, threads: Int) -> Int {
    switch method {
    case .convolutional, .registered: 96 << 20
    case .command: 64 << 20
    case .hashing: phase.name == "fit" ? 512 << 20 : 96 << 20
    }
  }

  func run(_ job: Job) async throws {
    switch (method, job.phase.name) {
    case (.convolutional(let method), "describe"): try method.describe(job)
    case (.convolutional(let method), _): try await method.embed(job, sources, known)
    case (.registered(let method), "describe"): try method.model(job).describe(job)
    case (.registered(let method), _): try await method.model(job).embed(job, sources, known)
    case (.command(let method), "describe"): try method.describe(job)
    case (.command(let method), _): try await method.embed(job, sources, known)
    case (.hashing(let method), "count"): try method.count(job)
    case (.hashing(let method), "fit"): try await method.fit(job)
    case (.hashing(let method), _): try method.embed(job, known)
    }
  }

  /// The ceilings of ingest hold where a picture is decoded, too.
  func settings(behind recipe: Recipe, in workspace: Workspace) throws -> String? {
    guard let images = try IngestCeilings(behind: recipe, in: workspace)?.images else { return nil }
    return "\(images.maxPixels) pixels, \(images.maxScans) scans, \(images.maxSeconds) s"
  }

  func forecast(_ recipe: Recipe, _ artifact: Artifact, in workspace: Workspace) throws -> [String] {
    let earlier = try known.earlier(than: artifact, recipe, in: workspace, phase: Self.phase)
    guard let newest = earlier.first else { return [] }
    let words = "decodes only contents that are not among the \(newest.index.count) of its last artifact"
    return [earlier.count == 1 ? words : "\(words), or of \(earlier.count - 1) before it"]
  }

  private var dimension: Int? { if case .vectors(let dimension) = output { dimension } else { nil } }

  /// The index by which the next artifact finds what this one knows, and what is gone since the one before.
  func finish(_ closing: Closing) throws -> Closing.Outcome {
    guard let file = try ContentIndex.write(closing.shards, columns: dimension ?? 0, in: closing.artifact) else {
      return Closing.Outcome()
    }
    let last = try known.earlier(than: closing.artifact, closing.recipe, in: closing.workspace, phase: Self.phase)
      .first { $0.isOfStage(closing.recipe) }
    let index = try ContentIndex(file, in: closing.artifact, phase: Self.phase)
    return Closing.Outcome(files: [file], removed: last.map { $0.index.countMissing(in: index) })
  }
}

extension BundledEmbedder {
  /// Writes the description that a bundle will carry, beside what the job made for it.
  func write(_ job: Job) throws -> CommittedFile {
    try job.write(SealedJSON.bytes(of: self), ending: FeaturizeStage.embedderEnding)
  }

  /// Reads the description out of a featurize stage's artifact, with the state file if there is one.
  static func read(from input: JobInput) throws -> (embedder: BundledEmbedder, state: CommittedFile?)? {
    guard let checkpoint = try input.manifest.checkpoints.first(where: { $0.file(ending: FeaturizeStage.embedderEnding) != nil }),
      let file = checkpoint.file(ending: FeaturizeStage.embedderEnding)
    else { return nil }
    let embedder = try SealedJSON.decode(
      BundledEmbedder.self, from: input.artifact.read(file), path: input.artifact.path(of: file.name))
    return (embedder, checkpoint.files.first { $0.name != file.name })
  }
}
