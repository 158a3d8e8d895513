import Artifacts
import Bundles
import Embedders
import Foundation
import IndexFormats
import Media
import SystemPackage
import Tensors
import TestSupport
import Testing
import VectorSearch

/// A bundle of the fixtures' pictures by the built-in network.
@Suite struct ImageBundleTests {
  static let archive = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
    .appending("fixtures/photos/scenes-0.tar")
  let folder = try! TemporaryFolder()

  private func export() throws -> (FilePath, [Record]) {
    let stream = try RecordStream(
      path: Self.archive.string, archive: "scenes-0.tar", options: RecordOptions(media: .image),
      startingAt: RecordPosition())
    var records: [Record] = []
    while let shard = try stream.nextShard() { records += shard.records }
    let embedder = ConvolutionalEmbedder(model: try .builtIn())
    let reader = try EntryReader(path: Self.archive.string, archive: "scenes-0.tar")
    let decoder = ImageDecoder(minimumSide: embedder.sourceSide)
    let vectors = try embedder.embed(records.map { embedder.prepare(try decoder.decode(try reader.bytes(of: $0))) })
    let trained = try TrainedQuantizer(
      training: vectors, type: FactoryType("Flat"), metric: .cosine, options: TrainingOptions())
    let index = try VectorIndex(
      trained, shards: [try trained.encoded(vectors, ids: records.map(\.id), threads: 1)])
    let writer = try BundleWriter(at: folder.path.appending("b"))
    let (size, digest) = try Digest.ofFile(at: Self.archive)
    let sources = [
      ItemArchive(name: "scenes-0.tar", path: try writer.relativePath(of: Self.archive), size: size, digest: digest)
    ]
    try writer.add(BuiltIndexFormat.fileName, try FaissWriter.bytes(index))
    let items = try ItemStoreFormat(archives: sources)
      .begin(in: writer.folder, schema: ExportSchema(rows: records.count, dimension: vectors.columns))
    try items.append(ExportShard(items: records.map(Item.init), vectors: vectors))
    writer.add(try items.finish())
    try writer.commit(
      BundleDescription(
        pipeline: "photos", media: "image",
        index: .init(type: "Flat", metric: .cosine, dimension: vectors.columns, count: records.count),
        embedder: BundledEmbedder(identity: embedder.identity, crop: embedder.crop, decodedSide: embedder.sourceSide),
        sources: sources, lineage: ""))
    return (writer.target, records)
  }

  @Test("a picture finds itself, by its bytes and by its id; a text is refused")
  func search() async throws {
    let (target, records) = try export()
    let searcher = try BundleSearcher(try Bundles.Bundle.open(target))
    let record = records[records.count / 2]
    let shown = try searcher.show(record.id)
    #expect(shown.bytes.count == record.size)
    #expect(Digest(of: shown.bytes).hex == record.digest)
    let byBytes = try await searcher.search(.image(shown.bytes, name: "q"), options: .init(k: 5))
    let byID = try await searcher.search(.id(record.id), options: .init(k: 5))
    #expect(byBytes.hits == byID.hits)
    #expect(abs(byID.hits[0].score - 1) < 1e-5)
    #expect(byID.hits.contains { $0.item.id == record.id })
    #expect(byID.vector == .embedded)
    let classes = searcher.bundle.items.fields.map(\.column)
    #expect(!classes.isEmpty)
    await #expect(throws: BundleError.self) { try await searcher.search(.text("a boat")) }
    await #expect(throws: BundleError.self) { try await searcher.search(.image(Array("GIF89a".utf8), name: "x.gif")) }
  }
}
