/// How much of the truth a search finds.
public enum Recall {
  /// k-recall@k: the share of the true k nearest neighbours that are among the first k answers.
  public static func overlap(at k: Int, of found: SearchResult, truth: SearchResult) -> Double {
    share(found.queries) { query in
      let neighbours = truth[ids: query].prefix(k).filter { $0 >= 0 }
      guard !neighbours.isEmpty else { return 1 }
      let answers = Set(found[ids: query].prefix(k))
      return Double(neighbours.count { answers.contains($0) }) / Double(neighbours.count)
    }
  }

  private static func share(_ queries: Int, of query: (Int) -> Double) -> Double {
    guard queries > 0 else { return 0 }
    return (0..<queries).reduce(0) { $0 + query($1) } / Double(queries)
  }
}
