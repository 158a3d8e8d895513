import ArgumentParser
import Bundles
import IndexFormats
import Tensors

/// What bundles are asked: items drawn by seed, or the rows of a file.
struct QuestionOptions: ParsableArguments {
  @Option(
    name: .long, help: ArgumentHelp("How many items are drawn, or a file of vectors.", valueName: "n|file"), completion: .file())
  var queries = "200"
  @Option(
    name: .long,
    help: ArgumentHelp("For a file of queries: ids of the true neighbours, int64 .npy, a row a query.", valueName: "file"),
    completion: .file())
  var truth: String?
  @Option(name: .long, help: ArgumentHelp("The field with an item's class.", valueName: "field")) var labels: String?
  @Option(name: .long, help: "Which items are drawn.") var seed: UInt64 = 1

  func validate() throws {
    if let count = Int(queries), count < 1 { throw ValidationError("--queries \(count) is not positive") }
    if truth != nil, areItems { throw ValidationError("--truth is for --queries FILE") }
  }

  /// Whether the queries are items of the bundles.
  var areItems: Bool { Int(queries) != nil }

  /// The true neighbours that a file tells, a row a query; nil if there is none.
  func neighbours(of count: Int) throws -> [[Int64]]? { try truth.map { try ExactNeighbours.read($0, queries: count) } }

  /// Queries as a bundle takes them and as another one does, and the items that they are: such as both have; -1 for rows of a file.
  func drawn(
    from bundle: ComparedBundle, beside other: ComparedBundle?
  ) async throws -> (ids: [Int64], vectors: Matrix, otherVectors: Matrix) {
    guard let count = Int(queries) else {
      let vectors = try QueryVectors.read(queries)
      return (Array(repeating: -1, count: vectors.rows), vectors, vectors)
    }
    var candidates = try bundle.bundle.items.ids()
    if let other {
      let known = Set(try other.bundle.items.ids())
      candidates = candidates.filter(known.contains)
    }
    guard !candidates.isEmpty else {
      let whose = other.map { "\($0.name) and \(bundle.name) have no item in common" } ?? "\(bundle.name) has no item"
      throw Failure.usage("\(whose) to ask with; give --queries FILE")
    }
    var random = SeededRandom(seed: seed)
    let ids = random.sample(count, below: candidates.count).map { candidates[$0] }
    let vectors = try await bundle.vectors(of: ids)
    guard let other, other.bundle.description.embedder?.identity != bundle.bundle.description.embedder?.identity else {
      return (ids, vectors, vectors)
    }
    return (ids, vectors, try await other.vectors(of: ids))
  }
}
