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

/// A source that fails once more bytes came out of it than allowed.
final class CappedSource: ByteSource {
  private let source: any ByteSource
  private let cap: Int
  private(set) var produced = 0

  init(_ source: any ByteSource, cap: Int) {
    self.source = source
    self.cap = cap
  }

  var archive: String { source.archive }
  var bytesRead: Int { source.bytesRead }

  func skip(_ count: Int) -> Int { source.skip(count) }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int {
    let count = try source.read(into: buffer)
    produced += count
    guard produced <= cap else {
      throw ArchiveError(
        archive: archive, offset: bytesRead, code: .archiveTooLarge,
        message: "it inflates to more than \(cap) bytes")
    }
    return count
  }
}
