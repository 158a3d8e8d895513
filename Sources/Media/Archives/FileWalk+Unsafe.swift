/// A lone file as an archive of one entry with the file's name.
final class FileWalk: EntryWalk {
  private let file: ByteFile
  private let name: [UInt8]
  private var started = false
  private var position = 0

  init(_ file: ByteFile, path: String) {
    self.file = file
    name = Array(path.utf8.split(separator: UInt8(ascii: "/")).last ?? [])
  }

  var bytesRead: Int { position }

  func next() throws(ArchiveError) -> EntryHeader? {
    if started { return nil }
    started = true
    return EntryHeader(name: name, kind: .file, size: file.size, offset: 0)
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(EntryFailure) -> Int {
    do throws(ArchiveError) {
      let count = try file.read(at: position, into: buffer)
      position += count
      return count
    } catch { throw .archive(error) }
  }

  func finish() throws(ArchiveError) {}
}
