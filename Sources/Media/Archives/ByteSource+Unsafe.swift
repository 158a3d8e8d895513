/// A stream of bytes: a file, or what comes out of a compressed one.
protocol ByteSource: AnyObject {
  var archive: String { get }
  /// Fills some of the buffer; 0 only at the end.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int
  /// Passes over bytes and returns how many; 0 if the source can only be read.
  func skip(_ count: Int) -> Int
  /// Bytes of the file that were read so far.
  var bytesRead: Int { get }
}
