import Pipelines
import Testing

@Suite struct PipelineFileTests {
  static let photos = """
    # A comment.
    pipeline: photos
    params:
      archives: [a.tar, b.tar]
      bits: 8
    stages:
      quality:
        kind: score
        input: index
        queries: held
        require: {recall@10: 0.80}
      vectors: {kind: source, media: vectors, from: [${archives}, "c*.tar"]}
      held: {kind: source, media: vectors, from: q.tar, max_rejects: 3}
      unit:
        kind: scale
        input: vectors
        steps: [center, {pca: "${bits}"}, l2]
      index:
        kind: index
        input: [unit, vectors]

    """

  @Test func aPipelineIsReadInTheOrderOfItsData() throws {
    let file = parse(Self.photos)
    #expect(file.diagnostics == [])
    let pipeline = try #require(file.pipeline)
    #expect(pipeline.name == "photos")
    #expect(pipeline.stages.map(\.name) == ["vectors", "held", "unit", "index", "quality"])
    #expect(pipeline["index"]?.inputs == ["unit", "vectors"])
    #expect(pipeline["quality"]?.inputs == ["index", "held"])
    #expect(pipeline["quality"]?.location == SourceLocation(line: 7, column: 3))
    #expect(pipeline["quality"]?.kind.name == "score")
    #expect(pipeline["unit"]?.stage.output == .vectors(dimension: 64))
    #expect(
      pipeline.params == [
        OptionEntry("archives", .list([.text("a.tar"), .text("b.tar")])),
        OptionEntry("bits", .integer(8)),
      ])
  }

  @Test func optionsHaveOneForm() throws {
    let pipeline = try #require(parse(Self.photos).pipeline)
    let vectors = try #require(pipeline["vectors"]?.options)
    #expect(vectors.texts("from") == ["a.tar", "b.tar", "c*.tar"])
    #expect(vectors["max_rejects"].share == 0.01)
    #expect(vectors.keyed == ["media", "from"])
    #expect(pipeline["held"]?.options.texts("from") == ["q.tar"])
    #expect(pipeline["held"]?.options["max_rejects"] == .integer(3))
    #expect(
      pipeline["unit"]?.options["steps"].canonicalJSON
        == #"["center",{"pca":8,"whiten":false},"l2"]"#)
    let quality = try #require(pipeline["quality"]?.options)
    #expect(quality["queries"].inputIndex == 1)
    #expect(quality["require"]["recall@10"]?.number == 0.8)
    #expect(quality["truth"] == .null)
    #expect(quality.entries.map(\.key) == ["queries", "truth", "require"])
  }

  @Test func theGraphCanBeAsked() throws {
    let pipeline = try #require(parse(Self.photos).pipeline)
    #expect(pipeline.consumers(of: "vectors").map(\.name) == ["unit", "index"])
    #expect(pipeline.upstream(of: "index").map(\.name) == ["vectors", "unit", "index"])
    #expect(pipeline.upstream(of: "nothing").isEmpty)
  }

  @Test func bytesMustBeUTF8() {
    let good = PipelineFile.parse(
      bytes: [0xEF, 0xBB, 0xBF] + Array(Self.photos.utf8), path: "p", catalog: FakeCatalog.catalog)
    #expect(good.diagnostics == [])
    let bad = PipelineFile.parse(
      bytes: Array("a: b\nc: ".utf8) + [0xFF], path: "p", catalog: FakeCatalog.catalog)
    #expect(bad.diagnostics.map(\.description) == ["p:2:4: error: the file is not UTF-8; save it as UTF-8"])
  }
}
