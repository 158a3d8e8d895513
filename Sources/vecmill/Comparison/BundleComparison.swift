import Bundles
import IndexFormats
import Quality
import Reports
import Stages
import Tensors

/// Two bundles asked with the same queries.
struct BundleComparison {
  /// One figure of both.
  struct Row: Encodable {
    var figure: String
    var old: Double?
    var new: Double?
    /// The 95 % interval of the difference, paired by query.
    var difference: [Double]?
    var note: String?
  }

  let old: ComparedBundle
  let new: ComparedBundle
  private(set) var rows: [Row] = []
  private(set) var queries = 0
  private(set) var changes: [ComparisonPage.Change] = []
  private let ids: [Int64]
  private let depth: Int

  /// - Parameters:
  ///   - vectors: the queries as each side takes them.
  ///   - ids: the items that the queries are; -1 for queries from outside.
  init(
    _ old: ComparedBundle, _ new: ComparedBundle, vectors: (old: Matrix, new: Matrix), ids: [Int64], truth: [[Int64]]?,
    labels: String?, depth: Int, shown: Int, threads: Int
  ) throws {
    (self.old, self.new, self.ids, self.depth) = (old, new, ids, depth)
    queries = ids.count
    let before = try old.answers(vectors.old, ids: ids, depth: depth, threads: threads)
    let after = try new.answers(vectors.new, ids: ids, depth: depth, threads: threads)
    let (one, other) = (before.map { $0.map(\.id) }, after.map { $0.map(\.id) })
    if let truth { addRecall(truth, one, other) }
    if let labels { try addLabels(labels, one, other) }
    rows.append(
      Row(
        figure: "rbo@\(depth)", new: mean(zip(one, other).map { RankOverlap.biased($0, $1, depth: depth) }),
        note: "of the two answers"))
    rows.append(
      Row(
        figure: "jaccard@\(depth)", new: mean(zip(one, other).map { RankOverlap.jaccard($0, $1, depth: depth) }),
        note: "of the two answers"))
    rows.append(Row(figure: "size", old: Double(old.size), new: Double(new.size)))
    rows.append(
      Row(figure: "count", old: Double(old.bundle.description.index.count), new: Double(new.bundle.description.index.count)))
    let (slow, fast) = (try old.times(vectors.old), try new.times(vectors.new))
    for (name, statistic) in [("latency_p50", Bootstrap.Statistic.quantile(0.5)), ("latency_p99", .quantile(0.99))] {
      rows.append(
        Row(
          figure: name, old: Bootstrap.statistic(slow, statistic), new: Bootstrap.statistic(fast, statistic),
          difference: interval(slow, fast, statistic)))
    }
    if truth == nil {
      for (name, key) in [("recall@10", "10-recall@10"), ("R@1", "R@1")]
      where old.recorded[key] != nil || new.recorded[key] != nil {
        rows.append(Row(figure: name, old: old.recorded[key], new: new.recorded[key], note: "recorded when published"))
      }
    }
    changes = Self.changes(ids, (old, before), (new, after), shown: shown)
  }

  private mutating func addRecall(_ truth: [[Int64]], _ one: [[Int64]], _ other: [[Int64]]) {
    for k in Set([1, 10, depth]).sorted() where k <= depth && truth.allSatisfy({ $0.count >= k }) {
      func shares(_ answers: [[Int64]]) -> [Double] {
        zip(answers, truth).map { Double(Set($0.prefix(k)).intersection($1.prefix(k)).count) / Double(k) }
      }
      add("recall@\(k)", shares(one), shares(other))
    }
  }

  private mutating func addLabels(_ field: String, _ one: [[Int64]], _ other: [[Int64]]) throws {
    let (theirs, mine) = (try LabelTable(field, items: old.bundle.items), try LabelTable(field, items: new.bundle.items))
    guard !theirs.labels.isEmpty || !mine.labels.isEmpty else {
      throw Failure.usage("no item of \(old.name) or \(new.name) has a field \(field)")
    }
    let asked = ids.indices.filter { mine.labels[ids[$0]] != nil }
    guard !asked.isEmpty else {
      rows.append(Row(figure: "mAP@\(depth)", note: "no query has a class in the field \(field)"))
      return
    }
    func precision(_ answers: [[Int64]], _ table: LabelTable) -> [Double] {
      asked.map { query in
        let (isRight, relevant) = table.ranking(answers[query], of: mine.labels[ids[query]]!, leavingOut: ids[query])
        return LabelRanking.averagePrecision(isRight, depth: depth, relevant: relevant) ?? 0
      }
    }
    add("mAP@\(depth)", precision(one, theirs), precision(other, mine))
  }

  private mutating func add(_ figure: String, _ one: [Double], _ other: [Double]) {
    rows.append(Row(figure: figure, old: mean(one), new: mean(other), difference: interval(one, other, .mean)))
  }

  private func mean(_ values: [Double]) -> Double? { Bootstrap.statistic(values, .mean) }

  private func interval(_ one: [Double], _ other: [Double], _ statistic: Bootstrap.Statistic) -> [Double]? {
    Bootstrap().interval([one, other], statistic) { $0[1] - $0[0] }.map { [$0.lowerBound, $0.upperBound] }
  }

  /// The queries that are items whose answers differ most, with what each side says.
  static func changes(
    _ ids: [Int64], _ old: (bundle: ComparedBundle, answers: [[(id: Int64, score: Float)]]),
    _ new: (bundle: ComparedBundle, answers: [[(id: Int64, score: Float)]]), shown: Int
  ) -> [ComparisonPage.Change] {
    let overlaps = zip(old.answers, new.answers).map { RankOverlap.biased($0.map(\.id), $1.map(\.id), depth: 8) }
    let chosen = ids.indices.filter { ids[$0] >= 0 && overlaps[$0] < 1 }.sorted { (overlaps[$0], $0) < (overlaps[$1], $1) }
    return chosen.prefix(shown).compactMap { query in
      guard let card = new.bundle.card(ids[query]) ?? old.bundle.card(ids[query]) else { return nil }
      return ComparisonPage.Change(
        query: card, overlap: overlaps[query],
        old: old.answers[query].prefix(8).compactMap { old.bundle.card($0.id, score: $0.score) },
        new: new.answers[query].prefix(8).compactMap { new.bundle.card($0.id, score: $0.score) })
    }
  }

  var columns: [String] { ["figure", old.name, new.name, "difference", "95 % interval, or note"] }

  var cells: [[String]] {
    rows.map { row in
      let unit = (try? QualityFigure(row.figure))?.unit ?? .plain
      func text(_ value: Double?) -> String { value.map { unit.text($0) } ?? "–" }
      let difference = row.old.flatMap { old in row.new.map { $0 - old } }
      let sign = (difference ?? 0) > 0 ? "+" : ""
      return [
        row.figure, text(row.old), text(row.new), difference.map { sign + unit.text($0) } ?? "",
        row.difference.map { "\(unit.text($0[0])) to \(unit.text($0[1]))" } ?? row.note ?? "",
      ]
    }
  }
}
