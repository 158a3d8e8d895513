/// A figure that an index can be judged by: its name in a pipeline file, its unit, and what it is about.
public struct QualityFigure: Sendable, Hashable {
  /// What has to be at hand to measure it.
  public enum Group: String, Sendable, Hashable, Codable {
    /// Against exact truth.
    case truth
    /// Against a class that records carry.
    case labels
    /// Against the champion's answers.
    case overlap
    case size
    /// Never the same twice.
    case time
    /// Of the data, alone or against the champion's.
    case data
  }

  /// As the file has it: `recall@10`.
  public let name: String
  /// As evaluations store it: `10-recall@10`.
  public let key: String
  public let unit: FigureUnit
  public let group: Group
  public let moreIsBetter: Bool
  /// The number behind the @.
  public let depth: Int?

  /// Answers a query that evaluations look at, at most.
  public static let greatestDepth = 100

  private struct Family: Sendable {
    var name: String
    var group: Group
    var unit = FigureUnit.share
    var moreIsBetter = true
    var summary: String
  }

  /// Those with a depth: `recall@10`.
  private static let ranked: [Family] = [
    Family(name: "R", group: .truth, summary: "share of queries whose true nearest is among the first k answers"),
    Family(name: "recall", group: .truth, summary: "share of the true k nearest among the first k answers"),
    Family(name: "mAP", group: .labels, summary: "mean average precision of the first k answers, by class"),
    Family(name: "label_R", group: .labels, summary: "share of queries with one of their class among the first k answers"),
    Family(name: "rbo", group: .overlap, summary: "rank-biased overlap with the champion's first k answers"),
    Family(name: "jaccard", group: .overlap, summary: "first k answers shared with the champion, over all of both"),
  ]

  private static let single: [Family] = [
    Family(name: "size", group: .size, unit: .bytes, moreIsBetter: false, summary: "bytes of the index file"),
    Family(
      name: "bytes_per_vector", group: .size, unit: .bytes, moreIsBetter: false, summary: "bytes of the index file a vector"),
    Family(name: "count", group: .data, unit: .plain, summary: "vectors in the index"),
    Family(
      name: "latency", group: .time, unit: .milliseconds, moreIsBetter: false, summary: "median time of a query, one thread"),
    Family(name: "latency_mean", group: .time, unit: .milliseconds, moreIsBetter: false, summary: "mean time of a query"),
    Family(name: "latency_p50", group: .time, unit: .milliseconds, moreIsBetter: false, summary: "median time of a query"),
    Family(name: "latency_p95", group: .time, unit: .milliseconds, moreIsBetter: false, summary: "95th percentile of times"),
    Family(name: "latency_p99", group: .time, unit: .milliseconds, moreIsBetter: false, summary: "99th percentile of times"),
    Family(
      name: "mean_shift", group: .data, unit: .plain, moreIsBetter: false,
      summary: "distance of the mean embedding from the champion's, in standard deviations of its data"),
    Family(
      name: "subspace_angle", group: .data, unit: .degrees, moreIsBetter: false,
      summary: "angle between the leading principal axes and the champion's"),
    Family(
      name: "quantization_error", group: .data, moreIsBetter: false, summary: "squared error of the codes over the variance"),
    Family(
      name: "list_imbalance", group: .data, unit: .plain, moreIsBetter: false,
      summary: "unevenness of the lists of an IVF index; 1 is even"),
    Family(name: "reject_rate", group: .data, moreIsBetter: false, summary: "share of entries that were rejected"),
    Family(
      name: "near_duplicates", group: .data, moreIsBetter: false,
      summary: "share of queries with a neighbour at cosine 0.999 or more"),
  ]

  /// - Throws: `UnknownFigure` with the nearest spelling.
  public init(_ name: String) throws(UnknownFigure) {
    let bare = Self.withoutOldEnding(name)
    if let family = Self.single.first(where: { $0.name == bare }) {
      self.init(name, key: family.name == "latency" ? "latency_p50" : family.name, family, depth: nil)
      return
    }
    let parts = name.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, let depth = Int(parts[1]), String(depth) == parts[1] else { throw UnknownFigure(name) }
    // 10-recall@10 is the long name of recall@10.
    let short = parts[0].hasPrefix("\(depth)-") ? String(parts[0].dropFirst(parts[1].count + 1)) : parts[0]
    guard let family = Self.ranked.first(where: { $0.name == short }), parts[0] == short || short == "recall" else {
      throw UnknownFigure(name)
    }
    guard (1...Self.greatestDepth).contains(depth) else {
      throw UnknownFigure(name, reason: "looks beyond the \(Self.greatestDepth) answers that an evaluation has")
    }
    self.init(name, key: short == "recall" ? "\(depth)-recall@\(depth)" : name, family, depth: depth)
  }

  private init(_ name: String, key: String, _ family: Family, depth: Int?) {
    self.name = name
    self.key = key
    unit = family.unit
    group = family.group
    moreIsBetter = family.moreIsBetter
    self.depth = depth
  }

  /// `latency_p99_ms` is the earlier name of `latency_p99`.
  private static func withoutOldEnding(_ name: String) -> String {
    name.hasPrefix("latency_") && name.hasSuffix("_ms") ? String(name.dropLast(3)) : name
  }

  /// As people are told it: `recall@10` for `10-recall@10`.
  public var shortName: String { depth.map { key == "\($0)-recall@\($0)" ? "recall@\($0)" : name } ?? name }

  /// Whether it is about time, which is never the same twice.
  public var isOfTime: Bool { group == .time }

  /// Names that may be written, for the nearest spelling.
  public static var spellings: [String] {
    ranked.flatMap { family in [1, 10, 100].map { "\(family.name)@\($0)" } } + single.map(\.name)
  }

  /// Every figure and what it is, for the documentation: `recall@k: …; …`.
  public static var reference: String {
    (ranked.map { "\($0.name)@k (\($0.summary))" } + single.map { "\($0.name) (\($0.summary))" }).joined(separator: ", ")
  }
}

/// A name that is no figure's.
public struct UnknownFigure: Error, Sendable, CustomStringConvertible {
  public let name: String
  private let reason: String

  init(_ name: String, reason: String? = nil) {
    self.name = name
    let known = QualityFigure.spellings
    self.reason =
      reason
      ?? "is no figure; "
      + (NearestSpelling.of(name, in: known).map { "did you mean \($0)?" } ?? "known are \(known.joined(separator: ", "))")
  }

  public var description: String { "\"\(name)\" \(reason)" }
}
