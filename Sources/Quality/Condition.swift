/// What a figure must be: `recall@10: ">= champion - 0.01"`.
public struct Condition: Sendable, Hashable {
  public enum Comparison: String, CaseIterable, Sendable, Hashable {
    case atLeast = ">="
    case atMost = "<="
    case above = ">"
    case below = "<"

    func holds(_ value: Double, _ bound: Double) -> Bool {
      switch self {
      case .atLeast: value >= bound
      case .atMost: value <= bound
      case .above: value > bound
      case .below: value < bound
      }
    }
  }

  /// One comparison of several that must all hold.
  public struct Part: Sendable, Hashable {
    public var comparison: Comparison
    public var bound: Bound
  }

  public let figure: QualityFigure
  /// As written, with single blanks.
  public let text: String
  public let parts: [Part]

  /// - Parameter number: what figures of which more is better must reach, and the others may not exceed.
  /// - Throws: `UnknownFigure`.
  public init(figure: String, number: Double) throws(UnknownFigure) {
    let figure = try QualityFigure(figure)
    let comparison: Comparison = figure.moreIsBetter ? .atLeast : .atMost
    self.init(figure, text: "\(comparison.rawValue) \(number)", parts: [Part(comparison: comparison, bound: .number(number))])
  }

  init(_ figure: QualityFigure, text: String, parts: [Part]) {
    self.figure = figure
    self.text = text
    self.parts = parts
  }

  /// Whether it needs a champion.
  public var isRelative: Bool { figure.group == .overlap || isDrift || parts.contains { $0.bound.isRelative } }

  /// Whether the figure itself is a distance from the champion's data.
  private var isDrift: Bool { ["mean_shift", "subspace_angle"].contains(figure.key) }

  /// Whether the value meets all parts; nil if a part needs a champion's value that is not there.
  public func holds(_ value: Double, champion: Double?) -> Bool? {
    var all = true
    for part in parts {
      guard let bound = part.bound.value(champion: champion) else { return nil }
      all = all && part.comparison.holds(value, bound)
    }
    return all
  }

  /// The bound that the value misses by most or meets by least, in the condition's own sense.
  public func tightestBound(_ value: Double, champion: Double?) -> (bound: Double, part: Part)? {
    parts.compactMap { part in part.bound.value(champion: champion).map { ($0, part) } }
      .min { Self.margin(value, $0.0, $0.1) < Self.margin(value, $1.0, $1.1) }
  }

  private static func margin(_ value: Double, _ bound: Double, _ part: Part) -> Double {
    part.comparison == .atLeast || part.comparison == .above ? value - bound : bound - value
  }
}
