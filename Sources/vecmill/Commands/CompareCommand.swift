import ArgumentParser
import Artifacts
import Bundles
import IndexFormats
import Reports
import SystemPackage
import Tensors

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
  @Option(
    name: .long, help: ArgumentHelp("How many items are drawn, or a file of vectors.", valueName: "n|file"), completion: .file())
  var queries = "200"
  @Option(
    name: .long,
    help: ArgumentHelp("For a file of queries: ids of the true neighbours, int64 .npy, a row a query.", valueName: "file"),
    completion: .file())
  var truth: String?
  @Option(name: .long, help: ArgumentHelp("The field with an item's class.", valueName: "field"))
  var labels: String?
  @Option(name: .short, help: ArgumentHelp("Answers that are compared.", valueName: "n"))
  var k = 10
  @Option(name: .long, help: "Which items are drawn.") var seed: UInt64 = 1
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
    if let count = Int(queries), count < 1 { throw ValidationError("--queries \(count) is not positive") }
    if truth != nil, Int(queries) != nil { throw ValidationError("--truth is for --queries FILE") }
  }

  func run() async throws {
    let workspace = Workspace(at: workspace.path)
    try Output.makeFolders(of: [html])
    let (one, other) = (try ComparedBundle(old, in: workspace), try ComparedBundle(new, in: workspace))
    let (vectors, ids) = try await drawn(one, other)
    let comparison = try BundleComparison(
      one, other, vectors: vectors, ids: ids, truth: try truth.map { try ExactNeighbours.read($0, queries: ids.count) },
      labels: labels,
      depth: k,
      shown: html == nil ? 0 : shown, threads: MachineLimits.processors)
    if let html {
      let page = ComparisonPage(
        names: (one.name, other.name), note: "\(Figure.count(ids.count, "query", "queries")), \(k) answers each",
        columns: comparison.columns, rows: comparison.cells, changes: comparison.changes, version: Version.current)
      try DurableFile.commit(Array(page.html.utf8), at: FilePath(html), on: workspace.disk)
    }
    if format.json {
      return try Output.json(Report(old: one.name, new: other.name, queries: ids.count, figures: comparison.rows, html: html))
    }
    let table = Table(columns: comparison.columns, rightAligned: [1, 2, 3], rows: comparison.cells)
    try Output.text(table.text(width: Output.columns))
  }

  /// The queries as each side takes them, and the items they are.
  private func drawn(_ one: ComparedBundle, _ other: ComparedBundle) async throws -> ((old: Matrix, new: Matrix), [Int64]) {
    guard let count = Int(queries) else {
      let matrix = try QueryVectors.read(queries)
      return ((matrix, matrix), Array(repeating: -1, count: matrix.rows))
    }
    let known = Set(try one.bundle.items.ids())
    let shared = try other.bundle.items.ids().filter { known.contains($0) }
    guard !shared.isEmpty else {
      throw Failure.usage("\(one.name) and \(other.name) have no item in common to ask with; give --queries FILE")
    }
    var random = SeededRandom(seed: seed)
    let ids = random.sample(count, below: shared.count).map { shared[$0] }
    let isOneEmbedder = one.bundle.description.embedder?.identity == other.bundle.description.embedder?.identity
    let after = try await other.vectors(of: ids)
    return ((isOneEmbedder ? after : try await one.vectors(of: ids), after), ids)
  }
}
