import Artifacts
import Bundles
import Embedders
import Media
import Pipelines
import Tensors

/// Featurize by a convolutional network: decode, cut and shrink, embed.
struct ConvolutionalMethod: Sendable {
  let model: ConvolutionalModel
  /// The weight file, which travels in bundles.
  let weights: [UInt8]
  let crop: ImageCrop

  private var embedder: ConvolutionalEmbedder { ConvolutionalEmbedder(model: model, crop: crop) }

  func describe(_ job: Job) throws {
    let file = try job.write(weights, ending: ".vmw")
    let embedder = embedder
    let description = BundledEmbedder(
      identity: embedder.identity, state: "model.vmw", crop: crop, decodedSide: embedder.sourceSide)
    try job.commit(files: [description.write(job), file])
  }

  /// A picture's row depends on its bytes alone: what is known of them is not decoded again.
  func embed(_ job: Job, _ sources: OpenSources, _ known: KnownContents) async throws {
    let embedder = embedder
    // A JPEG is decoded at the smallest reduced size that has them.
    let decoder = try ImageDecoder(minimumSide: embedder.sourceSide, limits: IngestCeilings(behind: job).images)
    var shard = try EmbeddedShard(job, columns: model.dimension, known: known, key: ContentKey.ofContent)
    var batch: [(place: Int, image: Image)] = []
    func flush(into shard: inout EmbeddedShard) {
      guard !batch.isEmpty else { return }
      shard.add(embedder.embed(batch.map(\.image)), at: batch.map(\.place))
      job.advance(items: batch.count)
      batch.removeAll(keepingCapacity: true)
    }
    try sources.forEach(&shard, of: job) { shard, place, bytes in
      do {
        batch.append((place, embedder.prepare(try decoder.decode(bytes))))
      } catch let error as ImageError {
        shard.reject(place, error.code, error.message)
        job.advance(rejects: 1)
      }
      if batch.count == 32 { flush(into: &shard) }
    }
    flush(into: &shard)
    try shard.commit(job)
  }
}
