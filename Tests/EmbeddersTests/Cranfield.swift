import Foundation

/// The Cranfield collection of shared/data/text: abstracts, queries, and which abstracts answer which query.
struct Cranfield {
  var ids: [String]
  var texts: [String]
  var queries: [String]
  /// For each query the ids of its documents.
  var relevant: [Set<String>]

  init?() throws {
    guard let archive = SharedData.file("data/text/cranfield.tar.gz"),
      let queryFile = SharedData.file("data/text/queries.jsonl"),
      let judgements = SharedData.file("data/text/qrels.tsv")
    else { return nil }
    struct Line: Decodable {
      var id: String
      var title: String?
      var text: String
    }
    func lines(_ data: Data) throws -> [Line] {
      try data.split(separator: 10).map { try JSONDecoder().decode(Line.self, from: $0) }
    }
    let documents = try lines(SharedData.output(of: "tar", ["xzOf", archive.path, "documents.jsonl"]))
    ids = documents.map(\.id)
    texts = documents.map { ($0.title ?? "") + " " + $0.text }
    let asked = try lines(Data(contentsOf: queryFile))
    queries = asked.map(\.text)
    var byQuery: [String: Set<String>] = [:]
    for line in try String(contentsOf: judgements, encoding: .utf8).split(separator: "\n").dropFirst() {
      let fields = line.split(separator: "\t").map(String.init)
      if Int(fields[2])! > 0 { byQuery[fields[0], default: []].insert(fields[1]) }
    }
    relevant = asked.map { byQuery[$0.id] ?? [] }
  }

  /// nDCG@10 with binary grades, over the queries that have an answer; scores are one row a query, one value a document.
  func ndcg(_ scores: [[Double]]) -> Double {
    var sum = 0.0
    var count = 0
    for (query, row) in scores.enumerated() where !relevant[query].isEmpty {
      let top = row.indices.sorted { (-row[$0], $0) < (-row[$1], $1) }.prefix(10)
      let gain = top.enumerated().reduce(0.0) {
        $0 + (relevant[query].contains(ids[$1.element]) ? 1 / log2(Double($1.offset) + 2) : 0)
      }
      let best = (0..<min(10, relevant[query].count)).reduce(0.0) { $0 + 1 / log2(Double($1) + 2) }
      sum += gain / best
      count += 1
    }
    return sum / Double(count)
  }
}
