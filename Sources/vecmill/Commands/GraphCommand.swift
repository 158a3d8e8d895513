import ArgumentParser
import Pipelines

struct GraphCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "graph", abstract: "Print a pipeline's stages as a graph.",
    discussion: """
      EXAMPLES:
        vecmill graph pipelines/photos.yaml                                     (Mermaid, as GitHub shows it)
        vecmill graph pipelines/photos.yaml --format dot | dot -Tsvg > photos.svg
      """)

  enum Format: String, CaseIterable, ExpressibleByArgument { case mermaid, dot }

  @OptionGroup var pipeline: PipelineArguments
  @Option(name: .customLong("format"), help: "The graph's language.")
  var language = Format.mermaid
  @OptionGroup var format: OutputOptions

  private struct Report: Encodable {
    struct Node: Encodable { var name, kind, output: String }
    struct Edge: Encodable {
      var from, to, label: String
      var option: String?
    }
    var nodes: [Node]
    var edges: [Edge]
  }

  func run() async throws {
    let graph = PipelineGraph(try pipeline.load().pipeline)
    if format.json { return try Output.json(report(graph)) }
    try Output.text(language == .dot ? graph.dot : graph.mermaid)
  }

  private func report(_ graph: PipelineGraph) -> Report {
    Report(
      nodes: graph.nodes.map { Report.Node(name: $0.name, kind: $0.kind, output: $0.output) },
      edges: graph.edges.map {
        Report.Edge(from: graph.nodes[$0.from].name, to: graph.nodes[$0.to].name, label: $0.label, option: $0.option)
      })
  }
}
