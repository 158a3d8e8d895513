/// What a figure is held against: a number, or a sum of numbers and of what the champion has.
public indirect enum Bound: Sendable, Hashable {
  case number(Double)
  /// The champion's value of the same figure.
  case champion
  case sum(Bound, Bound)
  case difference(Bound, Bound)
  case product(Bound, Bound)
  case quotient(Bound, Bound)

  /// The value; nil where it needs a champion's and there is none, or is no finite number.
  public func value(champion: Double?) -> Double? {
    let value: Double?
    switch self {
    case .number(let number): value = number
    case .champion: value = champion
    case .sum(let one, let other): value = Self.both(one, other, champion, +)
    case .difference(let one, let other): value = Self.both(one, other, champion, -)
    case .product(let one, let other): value = Self.both(one, other, champion, *)
    case .quotient(let one, let other): value = Self.both(one, other, champion, /)
    }
    return value.flatMap { $0.isFinite ? $0 : nil }
  }

  private static func both(_ one: Bound, _ other: Bound, _ champion: Double?, _ apply: (Double, Double) -> Double) -> Double? {
    guard let left = one.value(champion: champion), let right = other.value(champion: champion) else { return nil }
    return apply(left, right)
  }

  /// Whether it needs the champion's value.
  public var isRelative: Bool {
    switch self {
    case .number: false
    case .champion: true
    case .sum(let one, let other), .difference(let one, let other), .product(let one, let other), .quotient(let one, let other):
      one.isRelative || other.isRelative
    }
  }
}
