public import Artifacts
import FoundationEssentials
public import SystemPackage

/// The folder of one run: `runs/<time>-<pipeline>`, so that names are unique and their order is that of time.
public struct RunFolder: Sendable {
  public let path: FilePath

  public var recordPath: FilePath { path.appending("run.json") }
  public var tracePath: FilePath { path.appending("trace.jsonl") }
  public var reportPath: FilePath { path.appending("report.html") }

  public init(at path: FilePath) { self.path = path }

  /// Makes the folder of a run that begins.
  static func make(in workspace: Workspace, pipeline: String, started: Date) throws -> RunFolder {
    let taken = Set(try workspace.disk.list(workspace.runsPath))
    var time = started
    // The workspace's lock keeps others out, so a name that is free now stays free.
    while taken.contains(name(time, pipeline)) { time += 0.001 }
    let folder = RunFolder(at: workspace.runsPath.appending(name(time, pipeline)))
    try workspace.disk.makeFolder(folder.path)
    return folder
  }

  /// The record of the run.
  public func record(on disk: any Disk = SystemDisk()) throws -> RunRecord {
    try JSONDecoder().decode(RunRecord.self, from: Data(disk.read(recordPath)))
  }

  /// `20261123T215817.042Z-photos`
  static func name(_ time: Date, _ pipeline: String) -> String {
    let stamp = iso(time).filter { $0 != "-" && $0 != ":" }
    let safe = pipeline.map { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) ? $0 : "_" }
    return "\(stamp)-\(String(safe.prefix(80)))"
  }

  /// `2026-11-23T21:58:17.042Z`
  static func iso(_ time: Date) -> String {
    // Milliseconds by hand: the format style cuts them off, and 17.042 is 17.0419… in binary.
    let milliseconds = Int((time.timeIntervalSince1970 * 1000).rounded())
    let whole = Date(timeIntervalSince1970: Double(milliseconds / 1000)).formatted(.iso8601)
    let rest = String(milliseconds % 1000)
    return whole.dropLast() + "." + String(repeating: "0", count: 3 - rest.count) + rest + "Z"
  }
}

extension Workspace {
  /// Folders of all runs, the oldest first.
  public func runs() throws -> [RunFolder] {
    try disk.list(runsPath).filter { !$0.hasPrefix(".") }.map { RunFolder(at: runsPath.appending($0)) }
  }
}
