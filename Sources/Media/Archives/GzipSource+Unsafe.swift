import CCodecs

/// A gzip file inflated, with the checksums of all its members checked.
final class GzipSource: ByteSource {
  private let source: FileSource
  private let stream: OpaquePointer
  private let input: UnsafeMutableRawBufferPointer
  private var unread: Range<Int> = 0..<0
  private var ended = false
  private var failure: ArchiveError?

  init(_ file: ByteFile) {
    source = FileSource(file)
    stream = vm_inflate_open(1)
    input = .allocate(byteCount: 256 << 10, alignment: 64)
  }

  deinit {
    vm_inflate_close(stream)
    input.deallocate()
  }

  var archive: String { source.archive }
  var bytesRead: Int { source.position - unread.count }
  func skip(_ count: Int) -> Int { 0 }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int {
    if let failure { throw failure }
    while true {
      if unread.isEmpty {
        unread = 0..<(try source.read(into: input))
        if unread.isEmpty {
          if ended { return 0 }
          throw error(.truncated, "the gzip data ends too early")
        }
      }
      let produced = try inflate(into: buffer)
      if produced > 0 { return produced }
    }
  }

  private func inflate(into buffer: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int {
    var consumed = 0
    var produced = 0
    var done: Int32 = 0
    let code = vm_inflate_step(
      stream, input.baseAddress! + unread.lowerBound, unread.count, &consumed,
      buffer.baseAddress!, buffer.count, &produced, &done)
    unread = unread.lowerBound + consumed..<unread.upperBound
    ended = done != 0
    switch Int(code) {
    case VM_OK: return produced
    case VM_CHECKSUM: failure = error(.checksum, "the gzip data does not match its checksum")
    default: failure = error(.malformed, "the gzip data is damaged")
    }
    // What came out before the damage holds entries that are good.
    if let failure, produced == 0 { throw failure }
    return produced
  }

  private func error(_ code: RejectCode, _ message: String) -> ArchiveError {
    ArchiveError(archive: archive, offset: bytesRead, code: code, message: message)
  }
}
