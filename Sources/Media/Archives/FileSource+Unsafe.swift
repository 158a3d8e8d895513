/// A file from its start to its end.
final class FileSource: ByteSource {
  let file: ByteFile
  var position = 0

  init(_ file: ByteFile) { self.file = file }

  var archive: String { file.archive }
  var bytesRead: Int { position }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int {
    let count = try file.read(at: position, into: buffer)
    position += count
    return count
  }

  /// Never beyond the end of the file: what is missing there must be seen.
  func skip(_ count: Int) -> Int {
    let skipped = max(0, min(count, file.size - position))
    position += skipped
    return skipped
  }
}
