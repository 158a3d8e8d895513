import Artifacts
import Bundles
import Embedders
import Media
import Pipelines
import Tensors

/// Featurize by hashed term counts: count in how many texts each term is, fit the projection on a sample, embed.
struct HashingMethod: Sendable {
  let options: HashingOptions

  static let stateName = "hashing.vme"

  var fittingPhases: [Phase] {
    switch (options.idf, options.projection) {
    case (true, _): [Phase("count", .shard), Phase("fit", .whole, isParallel: true)]
    case (false, .svd): [Phase("fit", .whole, isParallel: true)]
    case (false, _): [Phase("fit", .once)]
    }
  }

  func count(_ job: Job) throws {
    let texts = try self.texts(job.shard!, job)
    var frequencies = DocumentFrequencies(features: options.features)
    frequencies.add(texts, by: try HashingVectorizer(options))
    try job.commit(
      files: [job.write(frequencies.numpyBytes, ending: ".counts.npy")], rows: texts.count, bytes: job.shard!.bytes)
    job.advance(items: texts.count)
  }

  func fit(_ job: Job) async throws {
    let state = job.phase.scope == .once ? try HashingState(unfitted: options) : try await fitted(job)
    let bytes = state.fileBytes
    let description = BundledEmbedder(
      identity: try HashingEmbedder(stateFile: bytes).identity, state: Self.stateName)
    try job.commit(files: [description.write(job), job.write(bytes, ending: ".vme")])
  }

  private func fitted(_ job: Job) async throws -> HashingState {
    var fitter = try HashingFitter(options, frequencies: options.idf ? merged(job) : nil)
    let manifest = try job.inputs[0].manifest
    let sampled = HashingFitter.sampledRows(of: manifest.rows, options)
    var (first, next) = (0, 0)
    for shard in manifest.shards {
      try Task.checkCancellation()
      let end = first + shard.rows
      let start = next
      while next < sampled.count, sampled[next] < end { next += 1 }
      if next > start {
        let texts = try self.texts(shard, job)
        fitter.add(sampled[start..<next].map { texts[$0 - first] })
      }
      first = end
    }
    if sampled.count < manifest.rows, options.projection == .svd {
      job.note("the projection is fitted on \(sampled.count) of \(manifest.rows) texts")
    }
    return try await fitter.fit(width: job.threads)
  }

  private func merged(_ job: Job) throws -> DocumentFrequencies {
    var all = DocumentFrequencies(features: options.features)
    for shard in job.shards(of: "count") {
      guard let file = shard.file(ending: ".counts.npy") else { continue }
      try all.merge(DocumentFrequencies(parsing: job.artifact.read(file)))
    }
    return all
  }

  /// A text's row depends on the text alone only where nothing was fitted on all of them.
  func embed(_ job: Job, _ known: KnownContents) throws {
    let isFitted = fittingPhases.last!.scope != .once
    var shard = try EmbeddedShard(
      job, columns: options.vectorDimension, known: known, key: isFitted ? nil : { ContentKey.ofText(Self.text(of: $0)) })
    let fit = try job.earlier("fit")
    let embedder = try HashingEmbedder(stateFile: job.artifact.read(fit.file(ending: ".vme")!))
    for start in stride(from: 0, to: shard.open.count, by: 256) {
      try Task.checkCancellation()
      let part = Array(shard.open[start..<min(start + 256, shard.open.count)])
      shard.add(try embedder.embed(part.map { Self.text(of: shard.records[$0]) }), at: part)
      job.advance(items: part.count, bytes: part.reduce(0) { $0 + shard.records[$1].size })
    }
    try shard.commit(job)
  }

  private static func text(of record: Record) -> String { record.text ?? record.caption ?? "" }

  private func texts(_ shard: Checkpoint, _ job: Job) throws -> [String] {
    try RecordShards.read(shard, in: job.inputs[0].artifact).map(Self.text)
  }
}
