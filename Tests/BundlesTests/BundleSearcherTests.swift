import Artifacts
import Bundles
import Embedders
import Foundation
import IndexFormats
import SystemPackage
import Tensors
import TestSupport
import Testing
import VectorSearch

@Suite struct BundleSearcherTests {
  let made = try! TestBundle()

  private func searcher(type: String = "Flat") throws -> BundleSearcher {
    try made.export(type: type)
    return try BundleSearcher(try Bundle.open(made.target))
  }

  @Test func aTextFindsItsOwn() async throws {
    let answer = try await searcher().search(.text(made.items[5].text!), options: .init(k: 3))
    #expect(answer.hits.map(\.rank) == [1, 2, 3])
    #expect(answer.hits[0].item == made.items[5])
    #expect(abs(answer.hits[0].score - 1) < 1e-5)
    #expect(answer.vector == .embedded)
    #expect(answer.hits.allSatisfy { $0.item.text!.contains("rails") })
  }

  @Test func anIDFindsItself() async throws {
    let answer = try await searcher().search(.id(made.items[7].id), options: .init(k: 1))
    #expect(answer.hits[0].item.id == made.items[7].id)
    let error = await #expect(throws: BundleError.self) { try await searcher().search(.id(-5)) }
    #expect(error?.code == .query)
  }

  @Test("an id whose archive is gone is searched by its code, and the answer says so")
  func reconstruction() async throws {
    var bare = made
    bare.dropTexts()
    try bare.export()
    let searcher = try BundleSearcher(try Bundle.open(bare.target))
    try FileManager.default.removeItem(atPath: bare.archive.string)
    let answer = try await searcher.search(.id(bare.items[7].id), options: .init(k: 1))
    #expect(answer.vector == .reconstructed)
    #expect(answer.hits[0].item == bare.items[7])
    #expect(abs(answer.hits[0].score - 1) < 1e-5)
  }

  @Test(
    "a condition lets its items through, in lists that were not to be visited too", arguments: ["Flat", "IVF4,Flat"])
  func condition(_ type: String) async throws {
    let searcher = try searcher(type: type)
    let answer = try await searcher.search(
      .text("boats sail"), options: .init(k: 10, condition: "topic = 3 AND class = 'c1'"))
    #expect(answer.allowed == 10)
    #expect(answer.hits.count == 10)
    #expect(answer.hits.allSatisfy { $0.item.fields == #"{"topic":3,"class":"c1"}"# })
    let none = try await searcher.search(.text("boats"), options: .init(condition: "topic = 77"))
    #expect(none.hits.isEmpty && none.allowed == 0)
    await #expect(throws: IndexFormatError.self) {
      try await searcher.search(.text("boats"), options: .init(condition: "topc = 77"))
    }
  }

  @Test("another embedder than the bundle's is refused with both identities")
  func otherEmbedder() async throws {
    let searcher = try searcher()
    var other = made.embedder.identity
    other.digest = String(repeating: "ab", count: 32)
    let error = await #expect(throws: BundleError.self) {
      try await searcher.search(.vectors(made.vectors[rows: 0..<1], madeBy: other))
    }
    #expect(error?.reason.contains("abababababab") == true)
    #expect(error?.reason.contains(made.embedder.identity.digest.prefix(12)) == true)
    let own = try await searcher.search(
      .vectors(made.vectors[rows: 4..<5], madeBy: made.embedder.identity), options: .init(k: 1))
    #expect(own.hits[0].item == made.items[4])
    #expect(own.vector == .given)
    var options = HashingOptions()
    (options.projection, options.idf, options.dimensions, options.seed) = (.random, false, 32, 9)
    let stranger = try HashingEmbedder(try HashingState(unfitted: options))
    #expect(throws: BundleError.self) { try BundleSearcher(searcher.bundle, embedder: stranger) }
    _ = try BundleSearcher(searcher.bundle, embedder: made.embedder)
  }

  @Test("queries that do not fit are refused")
  func wrongQueries() async throws {
    let searcher = try searcher()
    for query in [
      BundleQuery.image([1, 2, 3], name: "x.jpg"), .vectors(Matrix(rows: 1, columns: 5), madeBy: nil),
      .vectors(Matrix(rows: 2, columns: 32), madeBy: nil),
    ] {
      let error = await #expect(throws: BundleError.self) { try await searcher.search(query) }
      #expect(error?.code == .query)
    }
    for options in [BundleSearchOptions(k: 0), .init(k: -1), .init(nprobe: 0)] {
      await #expect(throws: BundleError.self) { try await searcher.search(.text("x"), options: options) }
    }
  }

  @Test("a batch answers as single queries do")
  func batch() async throws {
    let searcher = try searcher()
    let (result, allowed) = try searcher.batch(made.vectors, options: .init(k: 4, threads: 2))
    #expect(allowed == nil)
    #expect(result.queries == 40 && result.k == 4)
    for row in [0, 13, 39] {
      let one = try await searcher.search(
        .vectors(made.vectors[rows: row..<row + 1], madeBy: nil), options: .init(k: 4))
      #expect(one.hits.map(\.item.id) == Array(result[ids: row]))
      #expect(one.hits.map(\.score) == Array(result[distances: row]))
    }
    let header = try NumpyHeader(parsing: result.idsFile)
    #expect(header.shape == [40, 4] && header.element == .int64)
    #expect(try NumpyHeader(parsing: result.distancesFile).shape == [40, 4])
  }

  @Test("an open bundle answers as before when another has taken its place")
  func replaced() async throws {
    try made.export(type: "Flat")
    let bundle = try Bundle.open(made.target)
    let store = try TestBundle(count: 8, word: "new")
    try FileManager.default.removeItem(atPath: made.target.string)
    try FileManager.default.createDirectory(atPath: store.target.string, withIntermediateDirectories: true)
    try store.export()
    try FileManager.default.moveItem(atPath: store.target.string, toPath: made.target.string)
    let answer = try await BundleSearcher(bundle).search(
      .text(made.items[5].text!), options: .init(k: 3, condition: "class = 'c1'"))
    #expect(answer.hits[0].item == made.items[5])
    #expect(answer.allowed == 20)
  }

  @Test("show gives the original bytes, from the archive beside the bundle or from another folder")
  func show() throws {
    let searcher = try searcher()
    let shown = try searcher.show(made.items[2].id)
    #expect(String(decoding: shown.bytes, as: UTF8.self) == made.items[2].text)
    try FileManager.default.moveItem(
      atPath: made.archive.string, toPath: try made.folder.folder("elsewhere").appending("texts").string)
    let moved = #expect(throws: BundleError.self) { try BundleSearcher(searcher.bundle).show(made.items[2].id) }
    #expect(moved?.code == .source)
    #expect(moved?.reason.contains("data/texts") == true)
    let again = try BundleSearcher(searcher.bundle, archives: made.folder.path.appending("elsewhere"))
    #expect(try again.show(made.items[2].id).bytes == shown.bytes)
    let entry = made.folder.path.appending("elsewhere/texts/\(made.items[2].entry)")
    try Data(String(made.items[2].text!.reversed()).utf8).write(to: URL(filePath: entry.string))
    let changed = #expect(throws: BundleError.self) { try again.show(made.items[2].id) }
    #expect(changed?.code == .source)
  }

  @Test("hits are encoded with their fields as JSON, and shown as a table")
  func presentation() async throws {
    let answer = try await searcher().search(.text("flour"), options: .init(k: 1))
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(answer), as: UTF8.self)
    #expect(text.contains(#""fields":{"class":"c0","topic":2}"#))
    #expect(text.contains(#""rank":1"#))
    let hit = SearchHit(rank: 2, score: -0.05, item: made.items[0])
    #expect(hit.cells == ["2", "-0.0500", String(made.items[0].id), "texts/1000.txt", made.items[0].text!])
    #expect(SearchHit.columns.count == hit.cells.count)
    var hostile = made.items[0]
    hostile.caption = "two\nlines\u{1B}[2J"
    #expect(SearchHit(rank: 1, score: 1, item: hostile).cells[4] == "two lines [2J")
  }

  @Test(
    "Faiss opens the index of a bundle and answers alike",
    arguments: ["Flat", "PQ8", "PQ8x4", "IVF4,Flat", "IVF4,PQ8", "OPQ8,IVF4,PQ8"])
  func faiss(_ type: String) async throws {
    guard let python = Peer.python(with: "faiss, numpy, sqlite3") else { return }
    let searcher = try searcher(type: type)
    let script = """
      import faiss, numpy as np, sqlite3, sys
      b = sys.argv[1]
      index = faiss.read_index(b + '/index.faiss')
      if sys.argv[3] == 'IVF': faiss.extract_index_ivf(index).nprobe = 3
      D, I = index.search(np.load(sys.argv[2]), 5)
      db = sqlite3.connect(f'file:{b}/items.sqlite?mode=ro', uri=True)
      for d, i in zip(D[0], I[0]):
          print(i, d, db.execute('select entry from items where id = ?', (int(i),)).fetchone()[0])
      """
    let queries = made.folder.path.appending("q.npy").string
    try Data(made.vectors[rows: 6..<7].numpyBytes).write(to: URL(filePath: queries))
    let lists = type.contains("IVF") ? "IVF" : "-"
    let output = try Peer.run(python, "-c", script, made.target.string, queries, lists).output
    let theirs = output.split(separator: "\n").map { $0.split(separator: " ") }
    let ours = try await searcher.search(
      .vectors(made.vectors[rows: 6..<7], madeBy: nil),
      options: .init(k: 5, nprobe: lists == "IVF" ? 3 : nil)
    ).hits
    try #require(theirs.count == ours.count, "\(output)")
    // Nearly equal distances may change places: the distances are held together, and each id against its own item.
    for (their, our) in zip(theirs, ours) {
      #expect(abs(try #require(Float(their[1])) - our.score) < 1e-4, "\(output)")
      let id = try #require(Int64(their[0]))
      #expect(try searcher.bundle.items.items(ids: [id])[0]?.entry == String(their[2]), "\(output)")
    }
  }
}
