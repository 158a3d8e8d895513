import Artifacts
import SystemPackage

/// One file of an export while it is written: buffered, digested on the way, durable when finished.
final class ExportFile {
  private let path: FilePath
  private let name: String
  private var file: DurableFile?
  private var buffer = ExportBuffer()
  private var flushed = 0

  /// Bytes so far: where the next one will lie.
  var position: Int { flushed + buffer.count }

  /// Starts `name` below the folder; it stands there when finished.
  init(_ name: String, in folder: FilePath) throws {
    self.name = name
    path = folder.appending(name)
    file = try DurableFile(at: path)
  }

  /// Fills the buffer and writes it out when there is a good piece.
  func write(_ fill: (inout ExportBuffer) throws -> Void) throws {
    try fill(&buffer)
    if buffer.count >= 1 << 20 { try flush() }
  }

  /// Writes many bytes without a copy through the buffer.
  func write(large bytes: [UInt8]) throws {
    try flush()
    try file?.write(bytes)
    flushed += bytes.count
  }

  /// Syncs the file and gives it its name. Its folder is not synced.
  func finish() throws -> CommittedFile {
    try flush()
    guard let file = file.take() else { throw IndexFormatError(.io, path, "it was finished already") }
    var committed = try file.finish()
    committed.name = name
    return committed
  }

  private func flush() throws {
    try file?.write(buffer.bytes)
    flushed += buffer.count
    buffer.bytes.removeAll(keepingCapacity: true)
  }
}
