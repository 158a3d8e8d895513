import Artifacts
public import Pipelines

/// The state of a run, folded from its events: what bars and lines are drawn from and run records are made of.
///
/// Folding takes constant time and the model's size depends on stages and running jobs only, never on how much was done.
public struct ProgressModel: Sendable {
  /// What is known of a stage before the run.
  public struct Declared: Sendable {
    public var name: String
    /// The stage of its main input.
    public var input: String?
    /// Rows of its artifact, if it is fresh.
    public var rows: Int?
    /// Whether its rows are counted one by one.
    public var countsReuse: Bool

    public init(_ name: String, input: String? = nil, rows: Int? = nil, countsReuse: Bool = false) {
      self.name = name
      self.input = input
      self.rows = rows
      self.countsReuse = countsReuse
    }
  }

  public internal(set) var pipeline = ""
  /// In the plan's order.
  public internal(set) var stages: [StageProgress]
  public internal(set) var isEnded = false
  /// Time of the latest event.
  public internal(set) var time = 0.0
  var places: [String: Int]

  public init(stages: [Declared]) {
    self.stages = stages.map { StageProgress(name: $0.name, input: $0.input, rows: $0.rows, countsReuse: $0.countsReuse) }
    places = Dictionary(stages.enumerated().map { ($1.name, $0) }) { first, _ in first }
  }

  public init(_ plan: Plan) {
    self.init(
      stages: plan.stages.map {
        Declared(
          $0.name, input: $0.declaration.inputs.first, rows: $0.mustRun ? nil : $0.summary?.rows,
          countsReuse: $0.declaration.kind.name == "featurize")
      })
  }

  public subscript(name: String) -> StageProgress? { places[name].map { stages[$0] } }
}

extension ProgressModel {
  /// How much a stage has to do in its current phase.
  public struct Extent: Sendable, Equatable {
    public var items: Int?
    /// Whether `items` is extrapolated from how far the stages before have come.
    public var isEstimate = false
    public var bytes: Int?
    /// What is done of it, in 0...1; nil if nothing is known.
    public var share: Double?
    /// Seconds to go at the present rate; nil if nothing is known.
    public var secondsLeft: Double?
  }

  /// The extent of a running stage, by what is known best: expected items, rows of its input, bytes of its sources, an estimate.
  public func extent(of stage: StageProgress, at now: Double) -> Extent {
    guard let phase = stage.phase else { return Extent() }
    let rates = stage.rates(at: now)
    var extent = Extent()
    (extent.items, extent.isEstimate) = itemsExpected(of: stage)
    extent.bytes = phase.expectedBytes ?? (phase.scope == .source ? stage.expectedBytes : nil)
    if let items = extent.items, items > 0, !extent.isEstimate || extent.bytes == nil {
      extent.share = min(1, Double(phase.items) / Double(items))
      extent.secondsLeft = rates.items.map { Double(max(0, items - phase.items)) / $0 }
    } else if let bytes = extent.bytes, bytes > 0 {
      extent.share = min(1, Double(phase.bytes) / Double(bytes))
      extent.secondsLeft = rates.bytes.map { Double(max(0, bytes - phase.bytes)) / $0 }
    }
    return extent
  }

  private func itemsExpected(of stage: StageProgress) -> (items: Int?, isEstimate: Bool) {
    guard let phase = stage.phase else { return (nil, false) }
    if let items = phase.expectedItems { return (items, false) }
    if let items = stage.expectedItems, phase.scope != .whole { return (items, false) }
    guard phase.scope == .shard, let input = stage.input.flatMap({ self[$0] }) else { return (nil, false) }
    if let rows = input.rows { return (rows, false) }
    return (rowsEstimated(of: input).map { max($0, phase.items) }, true)
  }

  /// The rows that a running stage will have, if it goes on as it began.
  private func rowsEstimated(of stage: StageProgress) -> Int? {
    guard let phase = stage.phase, phase.items > 0 else { return nil }
    if phase.scope == .source, let bytes = stage.expectedBytes, phase.bytes > 0 {
      // The first percents say little: a small total that only grows would be worse than none.
      let share = Double(phase.bytes) / Double(bytes)
      return share >= 0.02 ? Int(Double(phase.items) / min(1, share)) : nil
    }
    return itemsExpected(of: stage).items
  }
}
