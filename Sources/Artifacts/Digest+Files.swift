import Glibc
public import SystemPackage

extension Digest {
  /// Size and digest of a file, read in pieces of 1 MiB.
  public static func ofFile(at path: FilePath) throws(DiskError) -> (size: Int, digest: Digest) {
    let descriptor = path.withPlatformString { open($0, O_RDONLY | O_CLOEXEC) }
    guard descriptor >= 0 else { throw DiskError(.open, path, Errno(rawValue: errno)) }
    defer { close(descriptor) }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
    defer { buffer.deallocate() }
    var hasher = Hasher()
    var size = 0
    while true {
      let got = Glibc.read(descriptor, buffer.baseAddress!, buffer.count)
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else { throw DiskError(.read, path, Errno(rawValue: errno)) }
      if got == 0 { return (size, hasher.finish()) }
      hasher.update(UnsafeRawBufferPointer(rebasing: buffer[..<got]))
      size += got
    }
  }
}
