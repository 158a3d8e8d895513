/// How well answers keep to their query's class.
public enum LabelRanking {
  /// Average precision of the first k answers: the mean, over as many places as could be right, of the precision at each right one.
  ///
  /// - Parameters:
  ///   - isRight: whether each answer has the query's class, nearest first.
  ///   - relevant: how many items could be found, the query itself left out.
  /// - Returns: nil if nothing could be found.
  public static func averagePrecision(_ isRight: some Collection<Bool>, depth k: Int, relevant: Int) -> Double? {
    guard relevant > 0, k > 0 else { return nil }
    var (hits, sum) = (0, 0.0)
    for (rank, right) in isRight.prefix(k).enumerated() where right {
      hits += 1
      sum += Double(hits) / Double(rank + 1)
    }
    return sum / Double(min(k, relevant))
  }

  /// Whether an item of the class is among the first k answers: 1 or 0; nil if there is none to be found.
  public static func isFound(_ isRight: some Collection<Bool>, depth k: Int, relevant: Int) -> Double? {
    guard relevant > 0 else { return nil }
    return isRight.prefix(k).contains(true) ? 1 : 0
  }
}
