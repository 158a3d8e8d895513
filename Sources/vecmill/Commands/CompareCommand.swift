import ArgumentParser
import Artifacts
import Bundles
import Reports
import SystemPackage

struct CompareCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare", abstract: "Ask two bundles the same questions and show what differs.",
    discussion: """
      A bundle is a folder, or a version of the registry. Queries are items drawn by seed, whose vectors are made from their original \
      bytes, or the rows of a file. Differences have 95 % intervals of a paired bootstrap; recall needs a file of true neighbours.

      EXAMPLES:
        vecmill compare photos@7 photos@8 --queries 300 --html compare.html
        vecmill compare out/old out/new --queries queries.npy --truth truth.npy --json
        vecmill compare photos photos@challenger --labels class
      """)

  @Argument(help: "The first: a folder, or photos@7.") var old: String
  @Argument(help: "The second: a folder, or photos@8.") var new: String
  @OptionGroup var workspace: WorkspaceOptions
  @OptionGroup var questions: QuestionOptions
  @Option(name: .short, help: ArgumentHelp("Answers that are compared.", valueName: "n"))
  var k = 10
  @Option(name: .long, help: ArgumentHelp("Queries shown in the page.", valueName: "n")) var shown = 8
  @Option(name: .long, help: ArgumentHelp("Write a page.", valueName: "file.html"), completion: .file())
  var html: String?
  @OptionGroup var format: OutputOptions

  private struct Report: Encodable {
    var old: String
    var new: String
    var queries: Int
    var figures: [BundleComparison.Row]
    var html: String?
  }

  func validate() throws {
    if !(1...1000).contains(k) { throw ValidationError("-k \(k) is not in 1...1000") }
  }

  func run() async throws {
    let workspace = Workspace(at: workspace.path)
    try Output.makeFolders(of: [html])
    let (one, other) = (try ComparedBundle(old, in: workspace), try ComparedBundle(new, in: workspace))
    let asked = try await questions.drawn(from: other, beside: one)
    let comparison = try BundleComparison(
      one, other, vectors: (old: asked.otherVectors, new: asked.vectors), ids: asked.ids,
      truth: try questions.neighbours(of: asked.ids.count), labels: questions.labels, depth: k,
      shown: html == nil ? 0 : shown, threads: MachineLimits.processors)
    if let html {
      let page = ComparisonPage(
        names: (one.name, other.name), note: "\(Figure.count(asked.ids.count, "query", "queries")), \(k) answers each",
        columns: comparison.columns, rows: comparison.cells, changes: comparison.changes, version: Version.current)
      try DurableFile.commit(Array(page.html.utf8), at: FilePath(html), on: workspace.disk)
    }
    if format.json {
      return try Output.json(
        Report(old: one.name, new: other.name, queries: asked.ids.count, figures: comparison.rows, html: html))
    }
    let table = Table(columns: comparison.columns, rightAligned: [1, 2, 3], rows: comparison.cells)
    try Output.text(table.text(width: Output.columns))
  }
}
