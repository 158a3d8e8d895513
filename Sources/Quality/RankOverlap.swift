/// How alike two lists of answers are.
public enum RankOverlap {
  /// Persistence of rank-biased overlap: the first ten ranks weigh 86 %.
  public static let persistence = 0.9

  /// Rank-biased overlap of the first k answers, extrapolated: 1 for equal lists, 0 for lists without a common answer.
  ///
  /// W. Webber, A. Moffat and J. Zobel, "A Similarity Measure for Indefinite Rankings" (2010), equation 23. Lists end at the first -1;
  /// the shorter one decides the depth.
  public static func biased(
    _ one: some Collection<Int64>, _ other: some Collection<Int64>, depth k: Int, persistence p: Double = persistence
  ) -> Double {
    let (a, b) = (answers(one, k), answers(other, k))
    let depth = min(a.count, b.count)
    guard depth > 0 else { return a.isEmpty && b.isEmpty ? 1 : 0 }
    var seen: [Int64: Int] = [:]
    var (common, weight, sum) = (0, 1.0, 0.0)
    for rank in 0..<depth {
      for id in [a[rank], b[rank]] {
        seen[id, default: 0] += 1
        if seen[id] == 2 { common += 1 }
      }
      weight *= p
      sum += Double(common) / Double(rank + 1) * weight
    }
    return Double(common) / Double(depth) * weight + (1 - p) / p * sum
  }

  /// Answers in both lists over answers in either (Jaccard), of the first k; 1 of two empty lists.
  public static func jaccard(_ one: some Collection<Int64>, _ other: some Collection<Int64>, depth k: Int) -> Double {
    let (a, b) = (Set(answers(one, k)), Set(answers(other, k)))
    let union = a.union(b).count
    return union == 0 ? 1 : Double(a.intersection(b).count) / Double(union)
  }

  private static func answers(_ list: some Collection<Int64>, _ k: Int) -> [Int64] { Array(list.prefix(k).prefix { $0 >= 0 }) }
}
