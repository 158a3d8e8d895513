import Pipelines
import Testing

@Suite struct PipelineGraphTests {
  static let text = """
    pipeline: p
    stages:
      v: {kind: source, media: vectors, from: x}
      q: {kind: source, media: vectors, from: x}
      i: {kind: index, input: v}
      s: {kind: score, input: i, queries: q}
    """

  @Test func mermaidShowsStagesAndWhatFlows() throws {
    let graph = PipelineGraph(try #require(parse(Self.text).pipeline))
    #expect(
      graph.mermaid == """
        flowchart TD
          s0["v<br/><small>source</small>"]
          s1["q<br/><small>source</small>"]
          s2["i<br/><small>index</small>"]
          s3["s<br/><small>score</small>"]
          s0 -->|"vectors of 64 dimensions"| s2
          s2 -->|"an index"| s3
          s1 -.->|"queries: vectors of 64 dimensions"| s3

        """)
  }

  @Test func dotShowsTheSame() throws {
    let graph = PipelineGraph(try #require(parse(Self.text).pipeline))
    #expect(
      graph.dot == """
        digraph "p" {
          node [shape=box];
          s0 [label="v\\nsource"];
          s1 [label="q\\nsource"];
          s2 [label="i\\nindex"];
          s3 [label="s\\nscore"];
          s0 -> s2 [label="vectors of 64 dimensions"];
          s2 -> s3 [label="an index"];
          s1 -> s3 [label="queries: vectors of 64 dimensions", style=dashed];
        }

        """)
  }

  @Test func labelsAreEscaped() throws {
    let kind = StageKind(name: "k\"<]|\\", summary: "", version: 1, input: nil, options: []) { _, _ in
      FakeStage(output: .bundle(at: "out"))
    }
    let file = PipelineFile.parse(
      text: "pipeline: p\nstages: {a: {kind: 'k\"<]|\\'}}", path: "p", catalog: StageCatalog([kind]))
    let graph = PipelineGraph(try #require(file.pipeline))
    #expect(graph.mermaid.contains("k#34;#60;#93;#124;#92;</small>"))
    #expect(graph.dot.contains(#"label="a\nk\"<]|\\""#))
  }
}
