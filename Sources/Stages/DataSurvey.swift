import Artifacts
import Bundles
import Embedders
import Pipelines
import Quality
import SystemPackage

/// The statistics of the embeddings that an index was built from, which its bundle carries and the next evaluation compares with.
enum DataSurvey {
  /// - Parameter lineage: of the index, itself first.
  /// - Returns: nil where there are no vectors.
  static func statistics(_ lineage: [JobInput], _ job: Job) throws -> DataStatistics? {
    guard let rows = try EmbeddedRows(Array(lineage.dropFirst())) else { return nil }
    var hasher = Digest.Hasher()
    for field in ["survey 1", rows.input.recipe.key.hex] { hasher.field(field) }
    let parts = try WorkspaceCache(job.workspace).parts("survey", hasher.finish(), about: [rows.input.recipe.key]) {
      let sample = try rows.sample(DataStatistics.sampleSize, seed: 1)
      let statistics = try DataStatistics(
        of: sample, count: try rows.input.manifest.rows, embedder: try embedder(lineage)?.identity.digest ?? "",
        threads: job.threads)
      return [DataStatistics.fileName: try statistics.bytes]
    }
    return try SealedJSON.decode(
      DataStatistics.self, from: parts[DataStatistics.fileName] ?? [], path: job.workspace.path.appending("cache"))
  }

  /// The embedder of the vectors; nil where they came from outside.
  static func embedder(_ lineage: [JobInput]) throws -> BundledEmbedder? {
    guard let featurize = lineage.first(where: { $0.recipe.kind == FeaturizeStage.kind.name }) else { return nil }
    return try BundledEmbedder.read(from: featurize)?.embedder
  }

  /// The share of entries that were rejected on the way to the index.
  static func rejectRate(_ lineage: [JobInput]) throws -> Double? {
    guard let first = lineage.last else { return nil }
    let rejects = try lineage.reduce(0) { $0 + (try $1.manifest.rejects.values.reduce(0, +)) }
    let seen = try first.manifest.rows + first.manifest.rejects.values.reduce(0, +)
    return seen > 0 ? Double(rejects) / Double(seen) : nil
  }
}
