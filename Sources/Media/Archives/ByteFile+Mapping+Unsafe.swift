import Glibc

extension ByteFile {
  /// Lends a range of the file to the body without copying it: the pages are mapped, and given back right after.
  ///
  /// Only what is read just now is mapped, and only after a look at the size: touching a page of a mapped file that somebody cut
  /// in between ends the process, so a mapping never outlives its use.
  ///
  /// - Throws: `ArchiveError` if the file is too short by now or cannot be mapped; what the body throws.
  func withMappedBytes<R>(
    at offset: Int, count: Int, _ body: (UnsafeRawBufferPointer) throws(ArchiveError) -> R
  ) throws(ArchiveError) -> R {
    guard count > 0 else { return try body(UnsafeRawBufferPointer(start: nil, count: 0)) }
    guard try currentSize() >= offset + count else {
      throw ArchiveError(archive: archive, offset: offset, code: .truncated, message: "it became shorter while it was read")
    }
    // A mapping starts at a page; the range may not.
    let lead = offset % Int(getpagesize())
    let mapped = try map(at: offset - lead, count: lead + count)
    defer { munmap(mapped, lead + count) }
    return try body(UnsafeRawBufferPointer(start: mapped + lead, count: count))
  }
}
