/// How much of a stage's rows a run made itself.
public struct RowReuse: Sendable, Equatable {
  /// Rows of the artifact that this run made, and those that it took from an earlier artifact or attempt.
  public var made: Int
  public var reused: Int
  /// Rows of the artifact before that are no more; nil where there was none.
  public var removed: Int?

  /// `featurized 1,012 of 100,000 (98,988 reused, 350 removed)`; nil if all was made.
  var sentence: String? {
    guard reused > 0 || (removed ?? 0) > 0 else { return nil }
    let parts = ["\(Figure.count(reused)) reused"] + (removed.map { ["\(Figure.count($0)) removed"] } ?? [])
    return "featurized \(Figure.count(made)) of \(Figure.count(made + reused)) (\(parts.joined(separator: ", ")))"
  }
}
