import ArgumentParser
import Artifacts
import Bundles
import Glibc
import Reports
import SystemPackage

struct VerifyCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Re-read every digest of a workspace, its registry with it, or of a bundle.",
    discussion: """
      Lists every file that is missing or not what was committed, and ends with 65 if there is any. Nothing is changed: run \
      --force STAGE makes a damaged artifact or bundle again.

      EXAMPLES:
        vecmill verify .vecmill
        vecmill verify out/photos
        vecmill verify photos@8
      """)

  @Argument(help: "A workspace, a bundle, or a version of the registry.", completion: .directory)
  var path: String
  @OptionGroup var workspace: WorkspaceOptions
  @OptionGroup var format: OutputOptions

  private struct Report: Encodable {
    var path: String
    var kind: String
    var isSound: Bool
    var files: Int
    var bytes: Int
    var faults: [WorkspaceAudit.Fault]
    /// What is worth knowing and no damage.
    var notes: [String]
  }

  func run() async throws {
    let report = try audit()
    if format.json {
      try Output.json(report)
    } else {
      for note in report.notes { Output.note(SafeText.escaped(note)) }
      for fault in report.faults { try Output.line(SafeText.escaped("\(fault.path): \(fault.reason)")) }
      let sound = "\(Figure.count(report.files, "file")), \(Figure.bytes(report.bytes))"
      try Output.line(
        "\(SafeText.escaped(path)): \(report.kind): "
          + (report.isSound ? "sound: \(sound)" : Figure.count(report.faults.count, "fault")))
    }
    if !report.isSound { throw AlreadyTold(status: .invalidData) }
  }

  private func audit() throws -> Report {
    let folder = try BundleLocation.folder(of: path, in: Workspace(at: workspace.path))
    if exists(folder.appending("bundle.json")) {
      let files = try Bundle.describe(folder).files
      let faults = try Bundle.faults(in: folder).map { WorkspaceAudit.Fault(path: $0.subject, reason: $0.reason) }
      return report("bundle", files.count, files.reduce(0) { $0 + $1.size }, faults)
    }
    guard ["artifacts", "runs", "run.lock", "registry", "models"].contains(where: { exists(folder.appending($0)) }) else {
      throw Failure(.usage, "\(path) is neither a workspace nor a bundle")
    }
    let audit = try WorkspaceAudit(Workspace(at: folder))
    return report("workspace", audit.files, audit.bytes, audit.faults, audit.notes)
  }

  private func report(
    _ kind: String, _ files: Int, _ bytes: Int, _ faults: [WorkspaceAudit.Fault], _ notes: [String] = []
  ) -> Report {
    Report(path: path, kind: kind, isSound: faults.isEmpty, files: files, bytes: bytes, faults: faults, notes: notes)
  }

  private func exists(_ path: FilePath) -> Bool { access(path.string, F_OK) == 0 }
}
