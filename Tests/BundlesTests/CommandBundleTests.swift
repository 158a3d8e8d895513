import Bundles
import Embedders
import Foundation
import IndexFormats
import SystemPackage
import Tensors
import TestSupport
import Testing
import VectorSearch

/// A bundle whose queries are embedded by a program of the user's.
@Suite struct CommandBundleTests {
  let made = try! TestBundle()

  /// Embeds a text as how often each of 8 letters is in it.
  static let program = """
    import struct, sys
    i, o = sys.stdin.buffer, sys.stdout.buffer
    while head := i.read(4):
        rows = []
        for _ in range(struct.unpack('<I', head)[0]):
            i.read(struct.unpack('<I', i.read(4))[0])
            text = i.read(struct.unpack('<Q', i.read(8))[0])
            rows += [text.count(bytes([c])) + 0.5 for c in b'abdeioru']
        h = "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, 8), }" % (len(rows) // 8)
        h = h.ljust(117) + chr(10)
        npy = bytes([147]) + b'NUMPY' + bytes([1, 0]) + struct.pack('<H', len(h)) + h.encode() + struct.pack('<%df' % len(rows), *rows)
        o.write(struct.pack('<Q', len(npy)) + npy)
        o.flush()
    """

  @Test("the program goes the way of the bundle, and runs only where that is allowed")
  func program() async throws {
    guard Peer.python(with: "struct") != nil else { return }
    let script = made.folder.path.appending("embed.py")
    try Data(Self.program.utf8).write(to: URL(filePath: script.string))
    let options = CommandOptions(program: "python3", arguments: [script.string], version: "1", dimension: 8)
    let embedder = try CommandEmbedder(options, workers: 1)
    let vectors = try await embedder.embed(made.items.map { .text($0.text!) })
    try export(vectors, embedder.identity, options)

    // Moved as a whole, the bundle still finds its program.
    let moved = try made.folder.folder("moved/elsewhere").appending("bundle")
    try FileManager.default.moveItem(atPath: made.target.string, toPath: moved.string)
    try FileManager.default.moveItem(atPath: script.string, toPath: made.folder.path.appending("moved/embed.py").string)
    let bundle = try Bundles.Bundle.open(moved)
    let json = String(decoding: try TemporaryFolder.bytes(moved.appending("bundle.json")), as: UTF8.self)
    #expect(!json.contains(made.folder.path.string))
    let answer = try await BundleSearcher(bundle, runsPrograms: true).search(
      .text(made.items[9].text!), options: .init(k: 40))
    #expect(answer.hits.contains { $0.item == made.items[9] && abs($0.score - 1) < 1e-5 })

    let error = await #expect(throws: BundleError.self) { try await BundleSearcher(bundle).search(.text("x")) }
    #expect(error?.reason.contains("not allowed to run") == true)
    try Data((Self.program + "\n# changed").utf8)
      .write(to: URL(filePath: made.folder.path.appending("moved/embed.py").string))
    let changed = await #expect(throws: BundleError.self) {
      try await BundleSearcher(bundle, runsPrograms: true).search(.text("x"))
    }
    #expect(changed?.reason.contains("they cannot be compared") == true)
  }

  private func export(_ vectors: Matrix, _ identity: EmbedderIdentity, _ options: CommandOptions) throws {
    let trained = try TrainedQuantizer(
      training: vectors, type: FactoryType("Flat"), metric: .cosine, options: TrainingOptions())
    let index = try VectorIndex(
      trained, shards: [try trained.encoded(vectors, ids: made.items.map(\.id), threads: 1)])
    let writer = try BundleWriter(at: made.target)
    try writer.add(BuiltIndexFormat.fileName, try FaissWriter.bytes(index))
    let items = try ItemStoreFormat()
      .begin(in: writer.folder, schema: ExportSchema(rows: made.items.count, dimension: 8))
    try items.append(ExportShard(items: made.items, vectors: vectors))
    writer.add(try items.finish())
    var description = made.description
    description.index.dimension = 8
    description.embedder = BundledEmbedder(identity: identity, command: try BundledCommand(options, in: writer))
    try writer.commit(description)
  }
}
