import CArchive
import Glibc

/// One reading of libarchive over a byte source. Not for two threads at once.
final class LibarchiveHandle {
  /// What libarchive is to look for; nothing else is tried, so that damage cannot turn one format into another.
  enum Format { case tar, zip, sevenZip, raw }

  let handle: OpaquePointer
  private let input: LibarchiveInput
  private let locale: locale_t?

  init(_ source: any ByteSource, format: Format) throws(ArchiveError) {
    handle = archive_read_new()
    input = LibarchiveInput(source)
    // libarchive turns 7z's UTF-16 names into the locale's characters; tar names are kept as bytes by the C locale.
    locale = newlocale(1 << LC_CTYPE, format == .sevenZip ? "C.UTF-8" : "C", nil)
    switch format {
    case .tar: archive_read_support_format_tar(handle)
    case .zip: archive_read_support_format_zip_seekable(handle)
    case .sevenZip: archive_read_support_format_7zip(handle)
    case .raw:
      archive_read_support_format_raw(handle)
      archive_read_support_filter_bzip2(handle)
      archive_read_support_filter_xz(handle)
      archive_read_support_filter_zstd(handle)
    }
    input.attach(to: handle, seekable: format == .sevenZip || format == .zip)
    try check(archive_read_open1(handle))
  }

  deinit {
    archive_read_free(handle)
    if let locale { freelocale(locale) }
  }

  /// The next entry; nil at the end. The entry lives until the next call.
  func nextHeader() throws(ArchiveError) -> OpaquePointer? {
    var entry: OpaquePointer?
    let previous = uselocale(locale)
    defer { uselocale(previous) }
    let code = archive_read_next_header(handle, &entry)
    if code == ARCHIVE_EOF {
      if let failure = input.failure { throw failure }
      return nil
    }
    // A warning is about names and attributes that do not fit here; the entry itself is there.
    guard code == ARCHIVE_OK || code == ARCHIVE_WARN else { throw failure() }
    return entry
  }

  /// Fills the buffer with the current entry's next bytes; fewer only at its end.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(EntryFailure) -> Int {
    var done = 0
    while done < buffer.count {
      let count = archive_read_data(handle, buffer.baseAddress! + done, buffer.count - done)
      if count == 0 { break }
      if count < 0 {
        if count == Int(ARCHIVE_RETRY) { continue }
        if count == Int(ARCHIVE_FATAL) || input.failure != nil { throw .archive(failure()) }
        throw .entry(Self.code(of: message), message)
      }
      done += count
    }
    return done
  }

  /// Bytes that the reader has taken from the source.
  var position: Int { Int(archive_filter_bytes(handle, 0)) }

  var bytesRead: Int { input.source.bytesRead }

  private var message: String {
    guard let text = archive_error_string(handle) else { return "libarchive gives no reason" }
    return EntryName.printable(EntryName.escaped(Array(String(cString: text).utf8)))
  }

  private func check(_ code: Int32) throws(ArchiveError) {
    guard code == ARCHIVE_OK || code == ARCHIVE_WARN else { throw failure() }
  }

  private func failure() -> ArchiveError {
    if let failure = input.failure { return failure }
    return ArchiveError(
      archive: input.source.archive, offset: bytesRead, code: Self.code(of: message), message: message)
  }

  /// libarchive names its reasons only in words.
  private static func code(of message: String) -> RejectCode {
    let text = message.lowercased()
    func says(_ words: String...) -> Bool { words.contains { text.contains($0) } }
    if says("truncated", "unexpected end", "premature", "no progress is possible") { return .truncated }
    if says("crc", "checksum") { return .checksum }
    if says("encrypt", "passphrase") { return .encrypted }
    if says("unrecognized archive format") { return .unsupportedFormat }
    if says("unsupported", "not supported") { return .unsupportedCompression }
    return .malformed
  }
}
