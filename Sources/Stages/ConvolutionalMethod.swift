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

  /// Pixels of the decoded shorter side at least: a JPEG is decoded at the smallest reduced size that has them.
  private var decodedSide: Int { model.inputSize }

  func describe(_ job: Job) throws {
    let file = try job.write(weights, ending: ".vmw")
    let embedder = ConvolutionalEmbedder(model: model, crop: crop)
    let description = BundledEmbedder(
      identity: embedder.identity, state: "model.vmw", crop: crop, decodedSide: decodedSide)
    try job.commit(files: [description.write(job), file])
  }

  func embed(_ job: Job, _ sources: OpenSources) async throws {
    let records = try RecordShards.read(job.shard!, in: job.inputs[0].artifact)
    let embedder = ConvolutionalEmbedder(model: model, crop: crop)
    let decoder = try ImageDecoder(minimumSide: decodedSide, limits: IngestCeilings(behind: job).images)
    var shard = EmbeddedShard()
    var vectors: [Matrix] = []
    var batch: [Image] = []
    func flush() {
      guard !batch.isEmpty else { return }
      vectors.append(embedder.embed(batch))
      job.advance(items: batch.count)
      batch.removeAll(keepingCapacity: true)
    }
    try sources.forEach(records, of: job) { record, content in
      switch content {
      case .success(let bytes):
        shard.bytes += bytes.count
        job.advance(bytes: bytes.count)
        do {
          batch.append(embedder.prepare(try decoder.decode(bytes)))
          shard.ids.append(record.id)
        } catch let error as ImageError {
          shard.reject(record, error.code, error.message)
          job.advance(rejects: 1)
        }
      case .failure(let reject):
        shard.rejects.append(reject)
        job.advance(rejects: 1)
      }
      if batch.count == 32 { flush() }
    }
    flush()
    try shard.commit(Matrix(stacking: vectors, columns: model.dimension), job)
  }
}
