import ArgumentParser
import Artifacts
import Bundles
import Glibc
import Reports
import SystemPackage

struct VerifyCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Re-read every digest of a workspace or a bundle.",
    discussion: """
      Lists every file that is missing or not what was committed, and ends with 65 if there is any. Nothing is changed: run \
      --force STAGE makes a damaged artifact or bundle again.

      EXAMPLES:
        vecmill verify .vecmill
        vecmill verify out/photos
      """)

  @Argument(help: "A workspace or a bundle.", completion: .directory)
  var path: String
  @OptionGroup var format: OutputOptions

  private struct Report: Encodable {
    var path: String
    var kind: String
    var isSound: Bool
    var files: Int
    var bytes: Int
    var faults: [WorkspaceAudit.Fault]
  }

  func run() async throws {
    let report = try audit()
    if format.json {
      try Output.json(report)
    } else {
      for fault in report.faults { try Output.line(SafeText.escaped("\(fault.path): \(fault.reason)")) }
      let sound = "\(Figure.count(report.files, "file")), \(Figure.bytes(report.bytes))"
      try Output.line(
        "\(SafeText.escaped(path)): \(report.kind): "
          + (report.isSound ? "sound: \(sound)" : Figure.count(report.faults.count, "fault")))
    }
    if !report.isSound { throw AlreadyTold(status: .invalidData) }
  }

  private func audit() throws -> Report {
    let folder = FilePath(path)
    if exists(folder.appending("bundle.json")) {
      let files = try Bundle.describe(folder).files
      let faults = try Bundle.faults(in: folder).map { WorkspaceAudit.Fault(path: $0.subject, reason: $0.reason) }
      return report("bundle", files.count, files.reduce(0) { $0 + $1.size }, faults)
    }
    guard ["artifacts", "runs", "run.lock"].contains(where: { exists(folder.appending($0)) }) else {
      throw Failure(.usage, "\(path) is neither a workspace nor a bundle")
    }
    let audit = try WorkspaceAudit(Workspace(at: folder))
    return report("workspace", audit.files, audit.bytes, audit.faults)
  }

  private func report(_ kind: String, _ files: Int, _ bytes: Int, _ faults: [WorkspaceAudit.Fault]) -> Report {
    Report(path: path, kind: kind, isSound: faults.isEmpty, files: files, bytes: bytes, faults: faults)
  }

  private func exists(_ path: FilePath) -> Bool { access(path.string, F_OK) == 0 }
}
