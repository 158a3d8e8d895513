import Glibc
import SystemPackage

/// Reads a file from beginning to end in pieces that stay in the second-level cache until they are used.
final class FileReader {
  private let path: FilePath
  private let descriptor: Int32
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: FileReader.pieceSize, alignment: 64)

  /// Bytes of every piece but the last, which may be shorter.
  static let pieceSize = 256 << 10

  init(_ path: FilePath) throws(DiskError) {
    self.path = path
    descriptor = path.withPlatformString { open($0, O_RDONLY | O_CLOEXEC) }
    guard descriptor >= 0 else {
      let failure = Errno(rawValue: errno)
      throw DiskError(.open, path, failure)
    }
  }

  deinit {
    buffer.deallocate()
    if descriptor >= 0 { close(descriptor) }
  }

  /// The next piece, valid until the next call; nil at the end.
  func next() throws(DiskError) -> UnsafeRawBufferPointer? {
    var count = 0
    while count < buffer.count {
      let got = uninterrupted { read(descriptor, buffer.baseAddress! + count, buffer.count - count) }
      guard got >= 0 else { throw DiskError(.read, path, Errno(rawValue: errno)) }
      if got == 0 { break }
      count += got
    }
    return count == 0 ? nil : UnsafeRawBufferPointer(rebasing: buffer[..<count])
  }
}
