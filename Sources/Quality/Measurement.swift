/// What was measured of one figure, of the index and of the champion.
public struct Measurement: Sendable {
  /// Of the whole index; nil if it could not be measured.
  public var value: Double?
  /// What each query contributes, where the value is a statistic of queries.
  public var values: [Double]?
  public var statistic: Bootstrap.Statistic
  /// The champion's value, and on the same queries what each contributes.
  public var champion: Double?
  public var championValues: [Double]?
  /// The index's own value and contributions as far as they can be held against the champion's: on items that both have.
  public var shared: (value: Double, values: [Double])?
  /// Why something is missing, or what the champion's value is of.
  public var note: String?

  public init(_ value: Double?, note: String? = nil) {
    self.value = value
    statistic = .mean
    self.note = note
  }

  /// A statistic over queries.
  public init(of values: [Double], _ statistic: Bootstrap.Statistic = .mean) {
    value = Bootstrap.statistic(values, statistic)
    self.values = values
    self.statistic = statistic
  }

  /// Adds what each query contributes to the champion's value, in the order of the own ones.
  public mutating func compare(with values: [Double], own: [Double]? = nil) {
    championValues = values
    champion = Bootstrap.statistic(values, statistic)
    if let own, let value = Bootstrap.statistic(own, statistic) { shared = (value, own) }
  }
}
