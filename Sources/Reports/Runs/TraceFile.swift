import Artifacts
import Pipelines
import SystemPackage

/// `trace.jsonl`, which grows while a run works.
///
/// It is a log, not committed work: it is not synced, and a fault in writing it ends the log, never the run.
struct TraceFile: Sendable {
  private var file: FileDescriptor?

  init(at path: FilePath) throws {
    do {
      file = try FileDescriptor.open(
        path, .writeOnly, options: [.create, .append, .closeOnExec], permissions: [.ownerReadWrite, .groupRead, .otherRead])
    } catch let error as Errno { throw DiskError(.create, path, error) }
  }

  mutating func append(_ events: [RunEvent]) {
    guard let file, !events.isEmpty else { return }
    do {
      try file.writeAll(events.map { EventJSON.line($0) + "\n" }.joined().utf8)
    } catch {
      try? file.close()
      self.file = nil
    }
  }

  mutating func close() {
    try? file?.close()
    file = nil
  }
}
