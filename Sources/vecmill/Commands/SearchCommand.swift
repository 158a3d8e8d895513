import ArgumentParser
import Artifacts
import Bundles
import Media
import Pipelines
import Reports
import SystemPackage
import Tensors
import VectorSearch

struct SearchCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "search", abstract: "Find the nearest items in a bundle.",
    discussion: """
      Ask with one of --image, --text, --id and --vectors. The bundle answers alone: it holds the embedder's state, and everything \
      that was done to the indexed vectors is done to the query. Scores are inner products (larger is nearer) for cosine and ip, \
      squared distances (smaller is nearer) for l2.

      EXAMPLES:
        vecmill search out/photos --image cat.jpg
        vecmill search out/articles --text 'tides and the moon' -k 5
        vecmill search out/photos --id 8012345 --where "class = 'boat'" --json
        vecmill search out/photos --vectors queries.npy -k 100 --output answers
      """)

  @OptionGroup var place: BundleArguments
  @Option(name: .long, help: ArgumentHelp("Ask with a picture; - for standard input.", valueName: "file"), completion: .file())
  var image: String?
  @Option(name: .long, help: ArgumentHelp("Ask with a text; - for standard input.", valueName: "text"))
  var text: String?
  @Option(name: .long, help: ArgumentHelp("Ask with an item of the bundle.", valueName: "id"))
  var id: Int64?
  @Option(
    name: .long, help: ArgumentHelp("Ask with the rows of a file: .npy .fvecs .bvecs .fbin .u8bin.", valueName: "file"),
    completion: .file())
  var vectors: String?

  @Option(name: .short, help: ArgumentHelp("Answers a query.", valueName: "n"))
  var k = 10
  @Option(name: .long, help: ArgumentHelp("Lists of the index to visit. (default: what the bundle says)", valueName: "n"))
  var nprobe: Int?
  @Option(
    name: .customLong("where"), help: ArgumentHelp("Only items that meet this condition on their fields.", valueName: "condition")
  )
  var condition: String?
  @Option(
    name: .long,
    help: ArgumentHelp("For --vectors: write PREFIX.ids.npy and PREFIX.distances.npy, a row a query.", valueName: "prefix"))
  var output: String?
  @Option(name: .shortAndLong, help: ArgumentHelp("Threads. (default: the processors there are)", valueName: "n"))
  var jobs: Int?
  @OptionGroup var format: OutputOptions

  func validate() throws {
    let given = [image != nil, text != nil, id != nil, vectors != nil].count { $0 }
    guard given == 1 else {
      throw ValidationError(
        given == 0
          ? "nothing to ask with: give one of --image, --text, --id, --vectors"
          : "give only one of --image, --text, --id, --vectors")
    }
    if !(1...1_000_000).contains(k) { throw ValidationError("-k \(k) is not in 1...1000000") }
    if let nprobe, nprobe < 1 { throw ValidationError("--nprobe \(nprobe) is not positive") }
    if let jobs, !(1...4096).contains(jobs) { throw ValidationError("--jobs \(jobs) is not in 1...4096") }
    if output != nil && vectors == nil { throw ValidationError("--output is for --vectors") }
  }

  func run() async throws {
    let searcher = try place.searcher()
    let options = BundleSearchOptions(k: k, nprobe: nprobe, condition: condition, threads: jobs ?? MachineLimits.processors)
    if let vectors {
      let queries = try QueryVectors.read(vectors)
      if let output { return try write(try searcher.batch(queries, options: options), to: output) }
      return try await tell(searcher, (0..<queries.rows).map { .vectors(queries[rows: $0..<$0 + 1], madeBy: nil) }, options)
    }
    try await tell(searcher, [try query()], options)
  }

  private func query() throws -> BundleQuery {
    if let image { return .image(try Input.bytes(image), name: image) }
    if let text { return .text(text == "-" ? String(decoding: try Input.bytes("-"), as: UTF8.self) : text) }
    return .id(id!)
  }
}

extension SearchCommand {
  private struct BatchReport: Encodable {
    var queries: Int
    var k: Int
    var ids: String
    var distances: String
    var allowed: Int?
  }

  private func write(_ answer: (result: SearchResult, allowed: Int?), to prefix: String) throws {
    let report = BatchReport(
      queries: answer.result.queries, k: answer.result.k, ids: prefix + ".ids.npy", distances: prefix + ".distances.npy",
      allowed: answer.allowed)
    try DurableFile.commit(answer.result.idsFile, at: FilePath(report.ids))
    try DurableFile.commit(answer.result.distancesFile, at: FilePath(report.distances))
    if format.json { return try Output.json(report) }
    try Output.line(
      "\(Figure.count(report.queries, "query", "queries")), \(report.k) answers each: \(report.ids), \(report.distances)")
  }

  private func tell(_ searcher: BundleSearcher, _ queries: [BundleQuery], _ options: BundleSearchOptions) async throws {
    var answers: [SearchAnswer] = []
    for (place, query) in queries.enumerated() {
      let answer = try await searcher.search(query, options: options)
      if format.json {
        answers.append(answer)
      } else {
        if queries.count > 1 { try Output.line((place > 0 ? "\n" : "") + "query \(place)") }
        try Output.text(table(of: answer))
      }
    }
    guard format.json else { return }
    if vectors == nil { try Output.json(answers[0]) } else { try Output.json(answers) }
  }

  private func table(of answer: SearchAnswer) -> String {
    guard !answer.hits.isEmpty else { return "no item meets the condition\n" }
    let table = Table(columns: SearchHit.columns, rightAligned: [0, 1, 2], rows: answer.hits.map(\.cells))
    return table.text(width: Output.columns)
  }
}

/// The bundle that a command asks.
struct BundleArguments: ParsableArguments {
  @Argument(help: "The bundle's folder, or a version such as photos or photos@8.", completion: .directory)
  var bundle: String
  @OptionGroup var workspace: WorkspaceOptions
  @Option(
    name: .long, help: ArgumentHelp("Look for the archives here first, should they have been moved.", valueName: "dir"),
    completion: .directory)
  var archives: String?
  @Flag(name: .long, help: "Let a bundle that names a program as its embedder start it.")
  var allowProgram = false
  @Flag(name: .long, help: "Compare only the sizes of the bundle's files, not their digests, before they are used.")
  var trustFiles = false

  func searcher() throws -> BundleSearcher {
    let folder = try BundleLocation.folder(of: bundle, in: Workspace(at: workspace.path))
    let bundle = try Bundle.open(folder, verify: trustFiles ? .sizes : .digests)
    return try BundleSearcher(bundle, archives: archives.map { FilePath($0) }, runsPrograms: allowProgram)
  }
}

/// Vectors to ask with.
enum QueryVectors {
  /// - Throws: `ArchiveError` if the file is none of vectors; `Failure` if a value is not a number.
  static func read(_ path: String) throws -> Matrix {
    let file = try VectorFile(path: path)
    let matrix = try file.matrix(rows: 0..<file.rows)
    if let place = matrix.values.firstIndex(where: { !$0.isFinite }) {
      throw Failure(.invalidData, "\(path): row \(place / matrix.columns) holds a value that is not a finite number")
    }
    return matrix
  }
}
