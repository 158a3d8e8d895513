import ArgumentParser
import Artifacts
import Quality
import Reports
import SystemPackage

struct TrendCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "trend", abstract: "Show the figures of a name over its last runs.",
    discussion: """
      Every run that evaluates adds a point to the series of the registry's name that it compares with, or of its pipeline.

      EXAMPLES:
        vecmill trend photos
        vecmill trend photos --figures recall@10,mean_shift,reject_rate --last 30 --html trend.html
      """)

  @Argument(help: "The registry's name, or the pipeline's where its evaluation names no champion.")
  var name: String
  @OptionGroup var workspace: WorkspaceOptions
  @Option(name: .long, help: ArgumentHelp("Figures, with commas. (default: those that tell most)", valueName: "names"))
  var figures: String?
  @Option(name: .long, help: ArgumentHelp("Evaluations, the last ones.", valueName: "n"))
  var last = 30
  @Option(name: .long, help: ArgumentHelp("Write a page with charts.", valueName: "file.html"), completion: .file())
  var html: String?
  @OptionGroup var format: OutputOptions

  private struct Report: Encodable {
    var name: String
    var points: [TrendPoint]
  }

  private static let usual = [
    "10-recall@10", "mAP@10", "rbo@10", "size", "latency_p50", "count", "mean_shift", "subspace_angle", "quantization_error",
    "list_imbalance", "reject_rate", "near_duplicates",
  ]

  func validate() throws { if last < 1 { throw ValidationError("--last \(last) is not positive") } }

  func run() async throws {
    let workspace = Workspace(at: workspace.path)
    try Output.makeFolders(of: [html])
    let points = Array(try TrendSeries(name, in: workspace).points().suffix(last))
    guard !points.isEmpty else {
      let known = TrendSeries.names(in: workspace)
      throw Failure.usage(
        "there are no evaluations of \(name) yet\(known.isEmpty ? "" : "; there are of \(known.joined(separator: ", "))")")
    }
    let keys = try chosen(points)
    if let html {
      try DurableFile.commit(
        Array(TrendPage(name, points, figures: keys, version: Version.current).html.utf8), at: FilePath(html), on: workspace.disk)
    }
    if format.json { return try Output.json(Report(name: name, points: points)) }
    try Output.text(table(keys, points).text(width: Output.columns))
    let shut = points.count { !$0.isMet }
    try Output.line(
      "\(Figure.count(points.count, "evaluation")) from \(points[0].time.prefix(16)) to \(points[points.count - 1].time.prefix(16)); "
        + "the gate was shut \(Figure.count(shut, "time"))" + (html.map { "; \($0)" } ?? ""))
  }

  private func chosen(_ points: [TrendPoint]) throws -> [String] {
    guard let figures else { return Self.usual.filter { key in points.contains { $0.figures[key] != nil } } }
    return try figures.split(separator: ",").map { name in
      do { return try QualityFigure(String(name)).key } catch { throw Failure.usage("--figures: \(error)") }
    }
  }

  private func table(_ keys: [String], _ points: [TrendPoint]) -> Table {
    let rows = keys.map { key -> [String] in
      let values = points.map { $0.figures[key] }
      let known = values.compactMap { $0 }
      let unit = (try? QualityFigure(key))?.unit ?? .plain
      func text(_ value: Double?) -> String { value.map { unit.text($0) } ?? "–" }
      return [
        (try? QualityFigure(key))?.shortName ?? key, text(values.last ?? nil), text(known.min()), text(known.max()),
        Sparkline.text(values),
      ]
    }
    return Table(columns: ["figure", "last", "least", "most", "over the runs"], rightAligned: [1, 2, 3], rows: rows)
  }
}
