import ArgumentParser
import Embedders
import Foundation
import Tensors

/// How fast texts are counted, fitted and embedded by hashing; the vectors can be kept for bench/text_ndcg.py.
struct TextEmbedding: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "text", abstract: "Embed the texts of a .jsonl file (id, title, text) by hashing.")

  @Argument(help: "The documents.") var documents: String
  @Option(help: "Queries (id, text), embedded beside the documents.") var queries: String?
  @Option(help: "A folder for documents.npy, queries.npy and their ids, a line each.") var output: String?
  @Option(help: "Take the documents so many times, words changed, for a larger corpus.") var copies = 1
  @Option(help: "Tasks at a time.") var width = 1
  @Option(help: "svd, random or none.") var projection = "svd"
  @Option(help: "Values a vector.") var dimensions = 256
  @Option var seed: UInt64 = 0
  @Flag(help: "Counts as they are, not 1 + ln.") var linear = false

  private struct Line: Decodable {
    var id: String
    var title: String?
    var text: String
    var content: String { title.map { $0 + " " + text } ?? text }
  }

  func run() async throws {
    var options = HashingOptions()
    guard let projection = HashingOptions.Projection(rawValue: projection) else {
      throw ValidationError("--projection is svd, random or none")
    }
    options.projection = projection
    options.dimensions = dimensions
    options.seed = seed
    options.sublinear = !linear
    let lines = try Self.lines(documents)
    let texts = (0..<copies).flatMap { copy in
      copy == 0 ? lines.map(\.content) : lines.map { Self.changed($0.content, copy) }
    }
    let bytes = texts.reduce(0) { $0 + $1.utf8.count }
    print("\(texts.count) documents, \(bytes / texts.count) bytes each")

    let vectorizer = try HashingVectorizer(options)
    var frequencies = DocumentFrequencies(features: options.features)
    measure("count", texts.count) { frequencies.add(texts, by: vectorizer) }
    var fitter = try HashingFitter(options, frequencies: frequencies)
    fitter.add(HashingFitter.sampledRows(of: texts.count, options).map { texts[$0] })
    let start = ContinuousClock.now
    let state = try await fitter.fit(width: width)
    print("fit: \((ContinuousClock.now - start) / .seconds(1)) s, \(state.fileBytes.count) bytes of state, \(state.digest)")
    let embedder = try HashingEmbedder(state)
    measure("sparse rows", texts.count) { _ = embedder.rows(texts) }
    let vectors = try measure("embed", texts.count) { try embedder.embed(texts) }
    guard let output else { return }
    try write(vectors[rows: 0..<lines.count], lines.map(\.id), "documents", output)
    if let queries {
      let asked = try Self.lines(queries)
      try write(try embedder.embed(asked.map(\.content)), asked.map(\.id), "queries", output)
    }
  }

  @discardableResult
  private func measure<Result>(_ name: String, _ count: Int, _ body: () throws -> Result) rethrows -> Result {
    let start = ContinuousClock.now
    let result = try body()
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    print("\(name): \(Int(Double(count) / seconds)) documents/s on one core")
    return result
  }

  private static func lines(_ path: String) throws -> [Line] {
    try Data(contentsOf: URL(filePath: path)).split(separator: 10).map {
      try JSONDecoder().decode(Line.self, from: $0)
    }
  }

  /// Every seventh word has a number behind it, so that the copies have words of their own.
  private static func changed(_ text: String, _ copy: Int) -> String {
    text.split(separator: " ").enumerated()
      .map { $0 % 7 == copy % 7 ? "\($1)\(copy)" : String($1) }.joined(separator: " ")
  }

  private func write(_ matrix: Matrix, _ ids: [String], _ name: String, _ folder: String) throws {
    let folder = URL(filePath: folder)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(matrix.numpyBytes).write(to: folder.appending(path: "\(name).npy"))
    try Data((ids.joined(separator: "\n") + "\n").utf8).write(to: folder.appending(path: "\(name).ids"))
  }
}
