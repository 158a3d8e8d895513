/// A condition held against what was measured.
public struct Verdict: Sendable, Hashable, Codable {
  public enum Outcome: String, Sendable, Hashable, Codable {
    case met
    case missed
    /// There is no champion yet: a condition on it passes.
    case skipped
  }

  public var figure: String
  /// The condition as written: `>= champion - 0.01`.
  public var threshold: String
  /// Nil where the figure was not measured.
  public var value: Double?
  /// What the value had to reach, or not to exceed.
  public var bound: Double?
  /// The champion's value of the figure.
  public var champion: Double?
  /// Confidence intervals of the value, and of its distance from the bound.
  public var interval: [Double]?
  public var margin: [Double]?
  public var outcome: Outcome
  /// Whether it only warns.
  public var isWarning: Bool
  public var unit: FigureUnit
  /// Why it could not be measured, or what the champion's value is of.
  public var note: String?

  /// Whether the gate is open as far as this condition goes.
  public var isMet: Bool { outcome != .missed || isWarning }

  enum CodingKeys: String, CodingKey {
    case figure, threshold, value, bound, champion, interval, margin, outcome, isWarning, isMet, unit, note
  }

  public init(
    figure: String, threshold: String, value: Double?, outcome: Outcome, isWarning: Bool = false, unit: FigureUnit = .plain
  ) {
    self.figure = figure
    self.threshold = threshold
    self.value = value
    self.outcome = outcome
    self.isWarning = isWarning
    self.unit = unit
  }

  /// Reads what earlier versions wrote as well, who had figure, threshold, value and isMet.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    let isMet = try fields.decodeIfPresent(Bool.self, forKey: .isMet) ?? false
    self.init(
      figure: try fields.decode(String.self, forKey: .figure), threshold: try fields.decode(String.self, forKey: .threshold),
      value: try fields.decodeIfPresent(Double.self, forKey: .value),
      outcome: try fields.decodeIfPresent(Outcome.self, forKey: .outcome) ?? (isMet ? .met : .missed),
      isWarning: try fields.decodeIfPresent(Bool.self, forKey: .isWarning) ?? false,
      unit: try fields.decodeIfPresent(FigureUnit.self, forKey: .unit) ?? .plain)
    bound = try fields.decodeIfPresent(Double.self, forKey: .bound)
    champion = try fields.decodeIfPresent(Double.self, forKey: .champion)
    interval = try fields.decodeIfPresent([Double].self, forKey: .interval)
    margin = try fields.decodeIfPresent([Double].self, forKey: .margin)
    note = try fields.decodeIfPresent(String.self, forKey: .note)
  }

  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(figure, forKey: .figure)
    try fields.encode(threshold, forKey: .threshold)
    try fields.encodeIfPresent(value, forKey: .value)
    try fields.encodeIfPresent(bound, forKey: .bound)
    try fields.encodeIfPresent(champion, forKey: .champion)
    try fields.encodeIfPresent(interval, forKey: .interval)
    try fields.encodeIfPresent(margin, forKey: .margin)
    try fields.encode(outcome, forKey: .outcome)
    try fields.encode(isWarning, forKey: .isWarning)
    try fields.encode(isMet, forKey: .isMet)
    try fields.encode(unit, forKey: .unit)
    try fields.encodeIfPresent(note, forKey: .note)
  }

  /// `recall@10 is 0.41 (0.38 to 0.44), required >= champion - 0.01, which is 0.89: not met`
  public var sentence: String {
    let measured = value.map { unit.text($0) } ?? "not measured"
    let range = interval.map { " (\(unit.text($0[0])) to \(unit.text($0[1])))" } ?? ""
    let limit = champion == nil ? "" : bound.map { ", which is \(unit.text($0))" } ?? ""
    let word =
      switch outcome {
      case .met: "met"
      case .missed: isWarning ? "exceeded, a warning" : "not met"
      case .skipped: "passed"
      }
    return "\(figure) is \(measured)\(range), \(isWarning ? "expected" : "required") \(threshold)\(limit): \(word)"
      + (note.map { " (\($0))" } ?? "")
  }
}

extension FigureUnit {
  /// A value as people read it: at most four digits after the point; bytes and degrees with their unit.
  public func text(_ value: Double) -> String {
    switch self {
    case .share, .plain: Self.short(value)
    case .milliseconds: Self.short(value) + " ms"
    case .degrees: Self.short((value * 10).rounded() / 10) + "°"
    case .bytes: Self.bytes(value)
    }
  }

  private static func short(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e12 else { return "\(value)" }
    let rounded = abs(value) >= 100 ? (value * 10).rounded() / 10 : (value * 10_000).rounded() / 10_000
    return rounded == rounded.rounded() && abs(rounded) >= 10 ? String(Int(rounded)) : String(rounded == 0 ? 0 : rounded)
  }

  private static func bytes(_ value: Double) -> String {
    var (value, place) = (value, 0)
    let units = ["B", "KiB", "MiB", "GiB", "TiB"]
    while abs(value) >= 1024, place < units.count - 1 { (value, place) = (value / 1024, place + 1) }
    return "\(short((value * 100).rounded() / 100)) \(units[place])"
  }
}
