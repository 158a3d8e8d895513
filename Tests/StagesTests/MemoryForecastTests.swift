import Artifacts
import Pipelines
import Stages
import Tensors
import TestSupport
import Testing

/// What a plan knows of the memory that it will need, before anything runs.
@Suite struct MemoryForecastTests {
  private static let text = """
    pipeline: p
    stages:
      v: {kind: ingest, media: vectors, from: ["{data}/v.npy"]}
      index: {kind: index, input: v, type: Flat}
      quality: {kind: evaluate, input: index, queries: 5}
    """

  /// Short rows are many: their number comes from the length of the first file's rows.
  @Test func measuringManyItemsIsRefusedBeforeItStarts() throws {
    let folder = try TemporaryFolder()
    try folder.write("v.npy", Matrix(rows: 1_000_000, columns: 2, values: [Float](repeating: 1, count: 2_000_000)).numpyBytes)
    let plan = try Site(folder, Self.text).plan()
    let needed = 64 << 20 + 128 << 20 + 1_000_000 * 16
    let failure = #expect(throws: TooLittleMemory.self) { try plan.check(memory: needed - 1, threads: 4) }
    #expect(failure?.stage == "quality" && failure?.phase == "measure" && (needed...needed + 4096).contains(failure?.needed ?? 0))
    try plan.check(memory: needed + 4096, threads: 4)
  }

  /// A corpus of a gibibyte has shards by work; one that is smaller, or whose pipeline names a size, does not.
  @Test func aLargeCorpusOfPicturesHasLargeShards() throws {
    let folder = try TemporaryFolder()
    try folder.write("v.npy", Matrix(rows: 1, columns: 2, values: [1, 1]).numpyBytes)
    let sources = (0..<4).map { Source(name: "\($0)", path: "\($0)", size: 1 << 28, digest: Digest(of: "\($0)")) }
    func settings(_ options: String, _ sources: some Sequence<Source>) throws -> String? {
      let text = "pipeline: p\nstages:\n  a: {kind: ingest, from: ['{data}/v.npy'], \(options)}"
      return try Site(folder, text).plan().stages[0].declaration.stage.settings(among: Array(sources))
    }
    #expect(try settings("media: image", sources) == "large shards")
    #expect(try settings("media: image", sources.dropLast()) == nil)
    #expect(try settings("media: image, shard_size: 128", sources) == nil)
    #expect(try settings("media: text", sources) == nil && settings("media: vectors", sources) == nil)
  }
}
