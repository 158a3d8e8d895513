/// A source that fails once more bytes came out of it than allowed, read or skipped.
final class CappedSource: ByteSource {
  private let source: any ByteSource
  private let limits: ArchiveLimits
  private(set) var produced = 0

  init(_ source: any ByteSource, _ limits: ArchiveLimits) {
    self.source = source
    self.limits = limits
  }

  var archive: String { source.archive }
  var bytesRead: Int { source.bytesRead }

  func skip(_ count: Int) -> Int { source.skip(count) }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int {
    let count = try source.read(into: buffer)
    produced += count
    guard produced <= limits.maxArchiveBytes else {
      throw ArchiveError(
        archive: archive, offset: bytesRead, code: .archiveTooLarge,
        message: "it inflates to more than the \(limits.maxArchiveBytes) bytes of max_archive_bytes")
    }
    guard !limits.inflatesTooMuch(produced, from: bytesRead) else {
      throw ArchiveError(
        archive: archive, offset: bytesRead, code: .inflatesTooMuch,
        message: limits.inflationMessage(produced, from: bytesRead))
    }
    return count
  }
}
