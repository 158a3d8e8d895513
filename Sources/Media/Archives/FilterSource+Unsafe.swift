import CArchive

/// A bzip2, xz or zstd file inflated by libarchive.
final class FilterSource: ByteSource {
  private let handle: LibarchiveHandle
  private let file: ByteFile
  private var hasContent = false

  init(_ file: ByteFile) throws(ArchiveError) {
    self.file = file
    handle = try LibarchiveHandle(FileSource(file), format: .raw)
    hasContent = try handle.nextHeader() != nil
  }

  var archive: String { file.archive }
  var bytesRead: Int { handle.bytesRead }
  func skip(_ count: Int) -> Int { 0 }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int {
    guard hasContent else { return 0 }
    do throws(EntryFailure) {
      // Little at a time: what libarchive holds when it meets damage is lost.
      return try handle.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(buffer.count, 32 << 10)]))
    } catch {
      switch error {
      case .archive(let error): throw error
      case .entry(let code, let message):
        throw ArchiveError(archive: archive, offset: bytesRead, code: code, message: message)
      }
    }
  }
}
