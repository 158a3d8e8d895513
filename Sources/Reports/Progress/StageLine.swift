/// One line about a stage that came to its end, or was fresh: the same words on a terminal and in a log.
enum StageLine {
  /// `3,000 rows  2 rejects  12.0 s  250/s  18.1 MB/s  4 of 12 jobs reused`
  static func figures(_ stage: StageProgress) -> [String] {
    let rows = stage.rows.flatMap { $0 > 0 ? Figure.count($0, "row") : nil }
    if stage.state == .fresh { return ["fresh"] + (rows.map { [$0] } ?? []) }
    var figures: [String] = []
    if let reuse = stage.reuse?.sentence { figures.append(reuse) } else if let rows { figures.append(rows) }
    if stage.rejects > 0 { figures.append(Figure.count(stage.rejects, "reject")) }
    if stage.endedJobs > 0, stage.reusedJobs == stage.endedJobs {
      figures.append("all \(Figure.count(stage.endedJobs, "job")) reused")
      return figures
    }
    // The time it worked, not the time since all stages were told to start.
    figures.append(Figure.seconds(stage.activeSeconds))
    let rates = stage.meanRates
    if let items = rates.items { figures.append(Figure.rate(items)) }
    if let bytes = rates.bytes { figures.append(Figure.byteRate(bytes)) }
    if stage.reusedJobs > 0 {
      figures.append("\(Figure.count(stage.reusedJobs)) of \(Figure.count(stage.endedJobs, "job")) reused")
    }
    return figures
  }

  /// What an interrupted stage had done.
  static func stopped(_ stage: StageProgress, _ cells: ProgressCells) -> String {
    let done = cells.counts.isEmpty ? "" : " at \(cells.counts)"
    return "stopped\(done); what is committed stays"
  }
}
