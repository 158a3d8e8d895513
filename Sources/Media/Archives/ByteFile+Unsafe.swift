import Glibc

/// An open file that any number of threads read by offset.
final class ByteFile: Sendable {
  let archive: String
  let size: Int
  private let descriptor: Int32

  /// Opens a regular file for reading.
  ///
  /// - Parameter archive: the name that errors carry.
  convenience init(path: String, archive: String) throws(ArchiveError) {
    try self.init(bytes: Array(path.utf8), archive: archive)
  }

  /// As above, for a path that need not be UTF-8.
  init(bytes path: [UInt8], archive: String) throws(ArchiveError) {
    let printable = EntryName.printable(EntryName.escaped(path))
    // O_NONBLOCK: a pipe with this name must not stop the run.
    let descriptor = (path + [0]).withUnsafeBytes {
      open($0.bindMemory(to: CChar.self).baseAddress!, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    }
    guard descriptor >= 0 else { throw ArchiveError(archive: archive, opening: printable) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw ArchiveError(archive: archive, code: .unreadable, message: "\(printable) is no regular file")
    }
    _ = posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
    self.archive = archive
    self.size = Int(status.st_size)
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Fills the buffer from the offset on; returns fewer bytes only at the end of the file.
  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int {
    var done = 0
    while done < buffer.count {
      let count = pread(descriptor, buffer.baseAddress! + done, buffer.count - done, off_t(offset + done))
      if count == 0 { break }
      if count < 0 {
        if errno == EINTR { continue }
        throw failure("reading", at: offset + done)
      }
      done += count
    }
    return done
  }

  /// Bytes of the file as it is now.
  func currentSize() throws(ArchiveError) -> Int {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure("looking at its size", at: 0) }
    return Int(status.st_size)
  }

  /// Maps a range that starts at a page, for reading; whoever asks unmaps it.
  func map(at offset: Int, count: Int) throws(ArchiveError) -> UnsafeMutableRawPointer {
    guard let start = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, off_t(offset)), start != MAP_FAILED else {
      throw failure("mapping", at: offset)
    }
    madvise(start, count, MADV_SEQUENTIAL)
    return start
  }

  private func failure(_ attempt: String, at offset: Int) -> ArchiveError {
    ArchiveError(
      archive: archive, offset: offset, code: .unreadable,
      message: "\(attempt) failed: \(String(cString: strerror(errno)))")
  }

  /// The bytes from the offset on: `count`, or fewer at the end of the file.
  func bytes(at offset: Int, count: Int) throws(ArchiveError) -> [UInt8] {
    guard count > 0 else { return [] }
    var failure: ArchiveError?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      do throws(ArchiveError) {
        filled = try read(
          at: offset, into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<count]))
      } catch { failure = error }
    }
    if let failure { throw failure }
    return bytes
  }
}

extension ArchiveError {
  /// Opening failed just now; `errno` says why.
  init(archive: String, opening path: String) {
    self.init(
      archive: archive, code: .unreadable,
      message: "\(path) cannot be opened: \(String(cString: strerror(errno)))")
  }
}
