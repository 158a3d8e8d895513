import Artifacts
import Bundles
import Foundation
import IndexFormats
import Media
import Pipelines
import Stages
import SystemPackage
import Tensors
import TestSupport
import Testing
import VectorSearch

@Suite struct ExportTests {
  private static let articles = """
    pipeline: articles
    stages:
      articles: {kind: ingest, media: text, from: ["{fixtures}/articles/*"], caption_field: title, shard_size: 40}
      features: {kind: featurize, input: articles, embedder: hashing, hashing: {dimensions: 64}}
      unit: {kind: normalize, input: features, steps: [center, l2]}
      index: {kind: index, input: unit, type: Flat, metric: cosine}
      quality: {kind: evaluate, input: index, queries: 20, require: {R@1: 1}}
      files: {kind: export, input: index, formats: [npy, parquet, fvecs], to: "{out}"}
    """

  @Test func aBundleAnswersByIdTextAndVector() async throws {
    let site = Site(try TemporaryFolder(), Self.articles)
    try await site.run(jobs: 4)
    let names = Set(try site.exported().keys)
    #expect(names.isSuperset(of: ["bundle.json", "index.faiss", "items.sqlite", "preprocessing.npz"]))
    #expect(
      names.contains { $0.hasSuffix(".npy") } && names.contains { $0.hasSuffix(".parquet") }
        && names.contains { $0.hasSuffix(".fvecs") })
    #expect(try Bundle.faults(in: site.out) == [])
    let bundle = try Bundle.open(site.out)
    let records = try site.records("articles")
    #expect(try bundle.items.ids() == records.map(\.id) && bundle.description.pipeline == "articles")
    let searcher = try BundleSearcher(bundle)
    let matrix = try site.vectors("unit")
    for row in stride(from: 0, to: records.count, by: 17) {
      let record = records[row]
      let byID = try await searcher.search(.id(record.id), options: .init(k: 5))
      let byText = try await searcher.search(.text(record.text!), options: .init(k: 5))
      #expect(byID.hits.map(\.item.id) == byText.hits.map(\.item.id))
      // The nearest is the item itself, or one with the very same words.
      #expect(abs(byText.hits[0].score - 1) < 1e-5)
      let wanted = matrix.nearest(to: matrix[row: row], k: 5, metric: "cosine")
      for (hit, other) in zip(byText.hits, wanted) {
        let score = zip(matrix[row: other], matrix[row: row]).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(hit.score - score) < 1e-4)
      }
      #expect(byText.hits.contains { $0.item.id == record.id })
      let item = try searcher.show(record.id)
      #expect(item.item.caption == record.caption && item.item.text == record.text)
    }
  }

  @Test func aBundleThatIsGoneIsMadeAgainAndNothingElse() async throws {
    let site = Site(try TemporaryFolder(), Self.articles)
    try await site.run()
    let (exported, artifacts) = (try site.exported(), try site.artifacts())
    try FileManager.default.removeItem(atPath: site.out.string)
    #expect(try site.plan().stages.filter(\.mustRun).map(\.name) == ["files"])
    let events = try await site.run()
    #expect(events.stagesRun == ["files"])
    try expectSame(site.exported(), exported)
    try expectSame(site.artifacts(), artifacts)
    // Another bundle in its place is replaced as well.
    let other = Site(site.folder, Self.articles.replacing("metric: cosine", with: "metric: l2"), name: "b")
    try await other.run()
    try FileManager.default.removeItem(atPath: site.out.string)
    try FileManager.default.copyItem(atPath: other.out.string, toPath: site.out.string)
    #expect(try await site.run().stagesRun == ["files"])
    try expectSame(site.exported(), exported)
  }

  @Test func theOldBundleStaysWhenAnExportFails() async throws {
    let site = Site(try TemporaryFolder(), Self.articles)
    try await site.run()
    let exported = try site.exported()
    // A file of somebody's: an export must not remove it.
    let note = site.out.appending("notes.txt")
    try DurableFile.commit([1, 2, 3], at: note)
    let failure = await #expect(throws: StageError.self) { try await site.run(forced: ["files"]) }
    #expect(failure?.stage == "files" && "\(failure!)".contains("notes.txt"))
    try SystemDisk().remove(note)
    try expectSame(site.exported(), exported)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: site.out.removingLastComponent().string).sorted() == ["out", "w"])
    #expect(try await site.run().stagesRun == ["files"])
    try expectSame(site.exported(), exported)
  }

  /// Two stages may read archives of one name: records, vectors and bundles are of their own.
  @Test func archivesOfOneNameAreToldApart() async throws {
    let folder = try TemporaryFolder()
    for (place, fixture) in [("one", "photos/scenes-0.tar"), ("two", "photos/scenes-1.tar")] {
      try folder.write("\(place)/x.tar", Array(try Data(contentsOf: URL(fileURLWithPath: Places.fixtures + "/" + fixture))))
    }
    func chain(_ place: String) -> String {
      """

        p_\(place): {kind: ingest, media: image, from: ["{data}/\(place)/*.tar"]}
        f_\(place): {kind: featurize, input: p_\(place), embedder: command, command: {program: "{root}/pipelines/embedders/byte_shares.py", version: "1", dimension: 16}}
        i_\(place): {kind: index, input: f_\(place), type: Flat, metric: l2}
        e_\(place): {kind: export, input: i_\(place), to: "{out}-\(place)"}
      """
    }
    let both = Site(folder, "pipeline: p\nstages:" + chain("one") + chain("two"), name: "b")
    try await both.run(jobs: 4)
    for place in ["one", "two"] {
      let alone = Site(folder, "pipeline: p\nstages:" + chain(place), name: place)
      try await alone.run()
      #expect(try both.vectors("f_\(place)") == alone.vectors("f_\(place)"))
      let searcher = try BundleSearcher(Bundle.open(FilePath(both.out.string + "-\(place)")))
      #expect(searcher.bundle.description.sources.count == 1)
      let record = try both.records("p_\(place)")[3]
      #expect(try Digest(of: searcher.show(record.id).bytes).hex == record.digest)
    }
  }
}
