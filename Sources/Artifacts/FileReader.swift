import Glibc
import SystemPackage

/// Reads a file from beginning to end in pieces of 1 MiB.
final class FileReader {
  private let path: FilePath
  private let descriptor: Int32
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)

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
    let got = uninterrupted { read(descriptor, buffer.baseAddress!, buffer.count) }
    guard got >= 0 else { throw DiskError(.read, path, Errno(rawValue: errno)) }
    return got == 0 ? nil : UnsafeRawBufferPointer(rebasing: buffer[..<got])
  }
}
