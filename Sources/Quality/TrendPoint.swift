public import Artifacts
import FoundationEssentials
public import SystemPackage

/// One evaluation of one run, as the series of a name keeps it: a line of `trends/<name>.jsonl`.
public struct TrendPoint: Sendable, Codable {
  /// ISO 8601, UTC: when the run began.
  public var time: String
  /// Name of the run's folder.
  public var run: String
  public var pipeline: String
  public var stage: String
  /// Key of the evaluation's artifact.
  public var key: String
  public var isMet: Bool
  /// Conditions that were missed, warnings among them.
  public var missed: [String]
  /// Version of the champion that it was held against.
  public var champion: Int?
  public var figures: [String: Double]

  public init(time: String, run: String, pipeline: String, stage: String, key: String, _ report: GateReport) {
    self.time = time
    self.run = run
    self.pipeline = pipeline
    self.stage = stage
    self.key = key
    isMet = report.isMet
    missed = report.verdicts.filter { $0.outcome == .missed }.map { "\($0.figure) \($0.threshold)" }
    champion = report.champion?.version
    figures = report.figures
  }
}

/// The figures of one name over its runs.
public struct TrendSeries: Sendable {
  public let path: FilePath
  private let disk: any Disk

  /// - Parameter name: of the registry, or of the pipeline where a stage compares with no champion.
  public init(_ name: String, in workspace: Workspace) {
    path = workspace.path.appending("trends").appending(name + ".jsonl")
    disk = workspace.disk
  }

  /// The points, the oldest first; a line that was cut off or damaged is left out.
  public func points() throws -> [TrendPoint] {
    guard try disk.list(path.removingLastComponent()).contains(path.lastComponent?.string ?? "") else { return [] }
    let bytes = try disk.read(path)
    return bytes.split(separator: 10).compactMap { try? SealedJSON.decode(TrendPoint.self, from: Array($0) + [10], path: path) }
  }

  /// Adds points; the file is replaced in one step, so that a reader never sees a part of a line.
  public func append(_ points: [TrendPoint]) throws {
    guard !points.isEmpty else { return }
    var bytes: [UInt8] = []
    for point in try self.points().suffix(Self.limit - points.count) + points { bytes += try SealedJSON.bytes(of: point) }
    try disk.makeFolder(path.removingLastComponent())
    try DurableFile.commit(bytes, at: path, on: disk)
  }

  /// Points that are kept: over five years of nights.
  static let limit = 2000

  /// Names that have a series.
  public static func names(in workspace: Workspace) -> [String] {
    ((try? workspace.disk.list(workspace.path.appending("trends"))) ?? []).filter { $0.hasSuffix(".jsonl") }
      .map { String($0.dropLast(6)) }
  }
}
