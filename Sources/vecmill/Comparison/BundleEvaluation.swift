import Artifacts
import Bundles
import IndexFormats
import Quality
import Registries
import Reports
import Stages
import Tensors
import VectorSearch

/// Figures of a bundle and, if there is one, of the champion, measured from outside: without the pipeline that made it.
struct BundleEvaluation {
  /// What is asked.
  struct Questions {
    /// Vectors as the bundle takes them, and as the champion does.
    var vectors: Matrix
    var championVectors: Matrix
    /// The items that they are; -1 for queries from outside.
    var ids: [Int64]
    /// True neighbours by id, nearest first.
    var truth: [[Int64]]?
    /// Why there is no truth.
    var lack: String?
    /// Field with an item's class.
    var labels: String?
  }

  private(set) var all: [String: Measurement] = [:]
  private(set) var changes: [ComparisonPage.Change] = []
  private let bundle: ComparedBundle
  private let champion: ComparedBundle?
  private let questions: Questions
  private let depths: [Int]

  init(
    _ bundle: ComparedBundle, champion: ComparedBundle?, _ questions: Questions, _ conditions: [Condition], threads: Int
  ) throws {
    (self.bundle, self.champion, self.questions) = (bundle, champion, questions)
    depths = Set([1, 10] + conditions.compactMap(\.figure.depth)).sorted()
    let deepest = depths.last ?? 10
    let own = try bundle.answers(questions.vectors, ids: questions.ids, depth: deepest, threads: threads)
    let theirs = try champion?.answers(questions.championVectors, ids: questions.ids, depth: deepest, threads: threads)
    let (one, other) = (own.map { $0.map(\.id) }, theirs.map { $0.map { $0.map(\.id) } })
    addTruth(one, other)
    try addLabels(one, other)
    if let other { addOverlap(one, other) }
    addSizes()
    try addTimes()
    if let champion { try addDrift(champion) }
    if let champion, let theirs {
      changes = BundleComparison.changes(questions.ids, (champion, theirs), (bundle, own), shown: 8)
    }
  }

  private mutating func add(_ key: String, _ own: [Double], _ theirs: [Double]?, note: String? = nil) {
    var measured = Measurement(of: own)
    if let theirs { measured.compare(with: theirs) }
    measured.note = note
    all[key] = measured
  }

  private mutating func addTruth(_ one: [[Int64]], _ other: [[Int64]]?) {
    for k in depths {
      guard let truth = questions.truth, truth.allSatisfy({ $0.count >= min(k, bundle.count - 1) && !$0.isEmpty }) else {
        let lack = questions.truth == nil ? questions.lack : "the truth holds fewer than \(k) neighbours a query"
        for key in ["R@\(k)", "\(k)-recall@\(k)"] { all[key] = Measurement(nil, note: lack) }
        continue
      }
      func nearest(_ answers: [[Int64]]) -> [Double] { zip(answers, truth).map { $0.prefix(k).contains($1[0]) ? 1 : 0 } }
      func overlap(_ answers: [[Int64]]) -> [Double] {
        zip(answers, truth).map { answers, truth in
          Double(Set(answers.prefix(k)).intersection(truth.prefix(k)).count) / Double(min(k, truth.count))
        }
      }
      add("R@\(k)", nearest(one), other.map(nearest), note: itemsNote)
      add("\(k)-recall@\(k)", overlap(one), other.map(overlap), note: itemsNote)
    }
  }

  /// What the champion does not hold it cannot find.
  private var itemsNote: String? {
    champion.flatMap { champion in
      champion.count == bundle.count ? nil : "\(champion.name) holds \(champion.count) items, \(bundle.name) \(bundle.count)"
    }
  }

  private mutating func addLabels(_ one: [[Int64]], _ other: [[Int64]]?) throws {
    guard let field = questions.labels else { return }
    let table = try LabelTable(field, items: bundle.bundle.items)
    let theirs = try champion.map { try LabelTable(field, items: $0.bundle.items) }
    let asked = questions.ids.indices.filter { table.labels[questions.ids[$0]] != nil }
    for k in depths {
      guard !asked.isEmpty else {
        for key in ["mAP@\(k)", "label_R@\(k)"] {
          all[key] = Measurement(nil, note: "no query has a class in the field \(field)")
        }
        continue
      }
      func values(
        _ answers: [[Int64]], _ side: LabelTable, _ figure: ([Bool], Int) -> Double?
      ) -> [Double] {
        asked.map { query in
          let (isRight, relevant) = side.ranking(
            answers[query], of: table.labels[questions.ids[query]]!, leavingOut: questions.ids[query])
          return figure(isRight, relevant) ?? 0
        }
      }
      func both(_ key: String, _ figure: ([Bool], Int) -> Double?) {
        add(key, values(one, table, figure), other.flatMap { other in theirs.map { values(other, $0, figure) } })
      }
      both("mAP@\(k)") { LabelRanking.averagePrecision($0, depth: k, relevant: $1) }
      both("label_R@\(k)") { LabelRanking.isFound($0, depth: k, relevant: $1) }
    }
  }

  private mutating func addOverlap(_ one: [[Int64]], _ other: [[Int64]]) {
    for k in depths {
      add("rbo@\(k)", zip(one, other).map { RankOverlap.biased($0, $1, depth: k) }, nil)
      add("jaccard@\(k)", zip(one, other).map { RankOverlap.jaccard($0, $1, depth: k) }, nil)
    }
  }

  private mutating func addSizes() {
    func add(_ key: String, _ figure: (ComparedBundle) -> Double) {
      all[key] = Measurement(figure(bundle))
      all[key]?.champion = champion.map(figure)
    }
    add("size") { Double($0.size) }
    add("bytes_per_vector") { Double($0.size) / Double(max(1, $0.count)) }
    add("count") { Double($0.count) }
  }

  private mutating func addTimes() throws {
    let own = try bundle.times(questions.vectors)
    let theirs = try champion?.times(questions.championVectors)
    let statistics: [(String, Bootstrap.Statistic)] = [
      ("mean", .mean), ("p50", .quantile(0.5)), ("p95", .quantile(0.95)), ("p99", .quantile(0.99)),
    ]
    for (name, statistic) in statistics {
      var measured = Measurement(of: own, statistic)
      if let theirs { measured.compare(with: theirs) }
      all["latency_\(name)"] = measured
    }
  }

  private mutating func addDrift(_ champion: ComparedBundle) throws {
    let (own, theirs) = (try DataStatistics.read(in: bundle.bundle), try DataStatistics.read(in: champion.bundle))
    let drift = own.flatMap { own in theirs.flatMap { Drift(of: own, against: $0) } }
    let lack = own == nil || theirs == nil ? "a bundle has no \(DataStatistics.fileName)" : "embeddings of another kind"
    all["mean_shift"] = Measurement(drift?.meanShift, note: drift == nil ? lack : nil)
    all["subspace_angle"] = Measurement(drift?.subspaceAngle, note: drift == nil ? lack : nil)
  }

  /// What becomes of the conditions.
  func report(required: [Condition], warned: [Condition], seed: UInt64, compared: String?) -> GateReport {
    let bootstrap = Bootstrap(seed: seed)
    let judge = Judge(bootstrap: bootstrap, champion: champion != nil ? .present : compared == nil ? .notNamed : .none)
    let verdicts = [(required, false), (warned, true)].flatMap { conditions, isWarning in
      conditions.map { judge.verdict(on: $0, measured($0.figure), isWarning: isWarning) }
    }
    return GateReport(
      figures: all.compactMapValues(\.value),
      intervals: all.compactMapValues { measured in
        measured.values.flatMap { bootstrap.interval($0, measured.statistic) }.map { [$0.lowerBound, $0.upperBound] }
      },
      verdicts: verdicts, compared: compared,
      champion: champion.map {
        GateReport.Champion(
          name: $0.version?.name ?? $0.name, version: $0.version?.number ?? 0, digest: $0.version?.digest.hex ?? "",
          figures: all.compactMapValues(\.champion), note: itemsNote)
      },
      queries: questions.ids.count, items: bundle.count, index: bundle.bundle.description.index.type)
  }

  private func measured(_ figure: QualityFigure) -> Measurement {
    all[figure.key] ?? Measurement(nil, note: "a bundle alone does not tell it: an evaluate stage of a pipeline does")
  }
}
