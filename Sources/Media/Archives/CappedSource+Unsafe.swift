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
