import Artifacts
import Bundles
import Embedders
import Foundation
import IndexFormats
import Media
import SystemPackage
import Tensors
import VectorSearch
import TestSupport

/// A folder with an archive of texts and what a bundle of it is made of.
struct TestBundle {
  static let topics = [
    "boats sail on the sea", "trains run on rails", "bread is baked from flour", "stars shine at night",
  ]

  let folder: TemporaryFolder
  /// A folder of .txt entries, which stands for an archive.
  let archive: FilePath
  private(set) var items: [Item]
  let embedder: HashingEmbedder
  let state: [UInt8]
  let vectors: Matrix

  /// - Parameter word: put into every text, so that two corpora differ.
  init(count: Int = 40, word: String = "old", name: String = "texts") throws {
    folder = try TemporaryFolder()
    archive = try folder.folder("data/\(name)")
    for number in 0..<count {
      let text = "\(Self.topics[number % 4]) \(word) number\(number)"
      try Data(text.utf8).write(to: URL(filePath: archive.appending("\(1000 + number).txt").string))
    }
    let stream = try RecordStream(
      path: archive.string, archive: name, options: RecordOptions(media: .text), startingAt: RecordPosition())
    var items: [Item] = []
    while let shard = try stream.nextShard() { items += shard.records.map(Item.init) }
    for index in items.indices { items[index].fields = #"{"topic":\#(index % 4),"class":"c\#(index % 2)"}"# }
    self.items = items
    var options = HashingOptions()
    options.projection = .random
    options.idf = false
    options.dimensions = 32
    let hashing = try HashingState(unfitted: options)
    state = hashing.fileBytes
    embedder = try HashingEmbedder(hashing)
    vectors = try embedder.embed(items.map { $0.text ?? "" })
  }

  /// Leaves the texts in the archive alone.
  mutating func dropTexts() { for index in items.indices { items[index].text = nil } }

  var target: FilePath { folder.path.appending("out/bundle") }

  var description: BundleDescription {
    BundleDescription(
      pipeline: "texts", media: "text",
      index: .init(type: "Flat", metric: .cosine, dimension: 32, count: items.count),
      embedder: BundledEmbedder(identity: embedder.identity, state: "hashing.vme"),
      sources: [], lineage: "{\"made\":\"by hand\"}")
  }

  func indexBytes(type: String = "Flat") throws -> [UInt8] {
    let trained = try TrainedQuantizer(
      training: vectors, type: FactoryType(type), metric: .cosine, options: TrainingOptions())
    return try FaissWriter.bytes(
      try VectorIndex(trained, shards: [try trained.encoded(vectors, ids: items.map(\.id), threads: 1)]))
  }

  /// Writes the bundle's files without putting it in its place.
  func assemble(type: String = "Flat") throws -> (BundleWriter, BundleDescription) {
    let writer = try BundleWriter(at: target)
    var description = description
    description.index.type = type
    if type.hasPrefix("IVF") { description.index.nprobe = 1 }
    description.sources = [
      ItemArchive(name: "texts", path: try writer.relativePath(of: archive), size: 0, digest: Digest(of: "texts"))
    ]
    try writer.add(BuiltIndexFormat.fileName, try indexBytes(type: type))
    try writer.add("hashing.vme", state)
    try writer.add(Preprocessing.fileName, Preprocessing(steps: [.unitLength]).archive.bytes)
    let store = try ItemStoreFormat(archives: description.sources)
      .begin(in: writer.folder, schema: ExportSchema(rows: items.count, dimension: 32))
    try store.append(ExportShard(items: items, vectors: vectors))
    writer.add(try store.finish())
    return (writer, description)
  }

  func export(type: String = "Flat") throws {
    let (writer, description) = try assemble(type: type)
    try writer.commit(description)
  }
}
