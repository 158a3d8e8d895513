import Artifacts
import Bundles
import Foundation
import IndexFormats
import Media
import SystemPackage
import Tensors
import TestSupport
import Testing
import VectorSearch

/// A bundle of vectors that came from outside: it has no embedder.
@Suite struct VectorBundleTests {
  let folder = try! TemporaryFolder()
  let vectors = Matrix(
    rows: 60, columns: 4,
    values: (0..<240).map { Float(($0 * 7919) % 101) / 50 - 1 })

  private func export() throws -> BundleSearcher {
    let file = folder.path.appending("made.npy")
    try Data(vectors.numpyBytes).write(to: URL(filePath: file.string))
    let stream = VectorStream(
      try VectorFile(path: file.string, archive: "made.npy"), archive: "made.npy", options: RecordOptions(media: .image)
    )
    let shard = try #require(try stream.nextShard())
    let items = shard.shard.records.map(Item.init)
    let trained = try TrainedQuantizer(
      training: vectors, type: FactoryType("IVF4,Flat"), metric: .l2, options: TrainingOptions())
    let index = try VectorIndex(trained, shards: [try trained.encoded(vectors, ids: items.map(\.id), threads: 1)])
    let writer = try BundleWriter(at: folder.path.appending("b"))
    let (size, digest) = try Digest.ofFile(at: file)
    let sources = [ItemArchive(name: "made.npy", path: try writer.relativePath(of: file), size: size, digest: digest)]
    try writer.add(BuiltIndexFormat.fileName, try FaissWriter.bytes(index))
    let store = try ItemStoreFormat(archives: sources)
      .begin(in: writer.folder, schema: ExportSchema(rows: 60, dimension: 4, media: "vectors"))
    try store.append(ExportShard(items: items, vectors: vectors))
    writer.add(try store.finish())
    try writer.commit(
      BundleDescription(
        pipeline: "v", media: "vectors",
        index: .init(type: "IVF4,Flat", metric: .l2, dimension: 4, count: 60, nprobe: 2),
        embedder: nil, sources: sources, lineage: ""))
    return try BundleSearcher(try Bundles.Bundle.open(writer.target))
  }

  @Test("it is asked with vectors and ids, and says that it takes nothing else")
  func queries() async throws {
    let searcher = try export()
    let byID = try await searcher.search(.id(17), options: .init(k: 5, nprobe: 4))
    #expect(byID.vector == .given)
    #expect(byID.hits[0].item.id == 17 && byID.hits[0].score == 0)
    #expect(zip(byID.hits, byID.hits.dropFirst()).allSatisfy { $0.score <= $1.score })
    let byVector = try await searcher.search(
      .vectors(vectors[rows: 17..<18], madeBy: nil), options: .init(k: 5, nprobe: 4))
    #expect(byVector.hits == byID.hits)
    for query in [BundleQuery.text("x"), .image([1], name: "x")] {
      let error = await #expect(throws: BundleError.self) { try await searcher.search(query) }
      #expect(error?.code == .query)
    }
  }

  @Test("the row's own bytes are shown; without the file its code answers")
  func show() async throws {
    let searcher = try export()
    var bytes: [UInt8] = []
    for value in vectors[row: 17] { withUnsafeBytes(of: value) { bytes += $0 } }
    #expect(try searcher.show(17).bytes == bytes)
    try FileManager.default.removeItem(atPath: folder.path.appending("made.npy").string)
    let answer = try await BundleSearcher(searcher.bundle).search(.id(17), options: .init(k: 1))
    #expect(answer.vector == .reconstructed)
    #expect(answer.hits[0].item.id == 17)
  }

  @Test("an archive of another size than at export is not read")
  func changedSize() throws {
    let searcher = try export()
    try Data(vectors[rows: 0..<59].numpyBytes).write(to: URL(filePath: folder.path.appending("made.npy").string))
    let error = #expect(throws: BundleError.self) { try BundleSearcher(searcher.bundle).show(17) }
    #expect(error?.code == .source)
    #expect(error?.reason.contains("when it was indexed") == true)
  }
}
