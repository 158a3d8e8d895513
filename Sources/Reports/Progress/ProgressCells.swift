/// What is told of a running stage, one cell a column.
struct ProgressCells: Sendable {
  var label = ""
  /// Nil where nothing is known of how much there is.
  var share: Double?
  var percent = ""
  var counts = ""
  var rate = ""
  var byteRate = ""
  var left = ""
  var rejects = ""

  init(_ stage: StageProgress, in model: ProgressModel, at now: Double) {
    let extent = model.extent(of: stage, at: now)
    let rates = stage.rates(at: now)
    label = SafeText.escaped(stage.name)
    if stage.phases.count > 1, let phase = stage.phase { label += " " + SafeText.escaped(phase.name) }
    share = extent.share
    percent = extent.share.map(Figure.percent) ?? ""
    counts = Self.counts(stage, extent)
    rate = rates.items.map { Figure.rate($0) } ?? ""
    byteRate = rates.bytes.map { Figure.byteRate($0) } ?? ""
    left = extent.secondsLeft.map { Figure.clock($0) + " left" } ?? ""
    rejects = stage.rejects > 0 ? Figure.count(stage.rejects, "reject") : ""
  }

  private static func counts(_ stage: StageProgress, _ extent: ProgressModel.Extent) -> String {
    guard let phase = stage.phase else { return "" }
    if let items = extent.items {
      return "\(Figure.count(phase.items))/\(extent.isEstimate ? "~" : "")\(Figure.count(max(items, phase.items)))"
    }
    if phase.items > 0 { return Figure.count(phase.items) }
    if let bytes = extent.bytes { return "\(Figure.bytes(phase.bytes))/\(Figure.bytes(bytes))" }
    return phase.bytes > 0 ? Figure.bytes(phase.bytes) : ""
  }
}
