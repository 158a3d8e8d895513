/// Figures by the names that files have for them, as people read them: each once, in the order of their names, with its unit.
public struct RecordedFigures: Sendable {
  public struct Entry: Sendable, Hashable {
    /// `recall@10`
    public var name: String
    public var value: Double
    public var unit: FigureUnit
  }

  public let all: [Entry]

  /// - Parameter figures: those that nobody knows keep their names.
  public init(_ figures: [String: Double]) {
    var named: [String: Entry] = [:]
    for (key, value) in figures {
      let figure = try? QualityFigure(key)
      let name = figure?.shortName ?? key
      // A file may have one under its long and under its short name.
      if named[name] == nil || key != name { named[name] = Entry(name: name, value: value, unit: figure?.unit ?? .plain) }
    }
    all = named.values.sorted { $0.name < $1.name }
  }
}
