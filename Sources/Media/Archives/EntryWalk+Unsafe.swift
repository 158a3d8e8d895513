/// The entries of one container in order: what each archive kind implements.
protocol EntryWalk: AnyObject {
  /// The next entry; nil at the end. What was not read of the one before is skipped.
  func next() throws(ArchiveError) -> EntryHeader?

  /// Fills the buffer with the next bytes of the current entry: fewer only at the end, none after it.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(EntryFailure) -> Int

  /// Checks what lies behind the last entry.
  func finish() throws(ArchiveError)

  /// Bytes of the archive file that were read so far.
  var bytesRead: Int { get }
}
