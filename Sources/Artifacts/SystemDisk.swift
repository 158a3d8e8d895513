import Glibc
public import SystemPackage

/// The real file system.
public struct SystemDisk: Disk {
  private let checked: CheckedFiles?

  /// - Parameter hashesOnce: whether files whose digest was seen are not hashed again as long as they do not change: for a run, which
  ///   reads what it wrote. `verify` hashes all.
  public init(hashesOnce: Bool = false) { checked = hashesOnce ? CheckedFiles() : nil }

  public func isChecked(_ path: FilePath, _ file: CommittedFile) -> Bool { checked?.holds(path, file) ?? false }
  public func noteChecked(_ path: FilePath, _ file: CommittedFile) { checked?.note(path, file) }

  public func create(_ path: FilePath) throws(DiskError) -> any DiskFile {
    let descriptor = path.withPlatformString { open($0, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666) }
    guard descriptor >= 0 else { throw DiskError(.create, path, Errno(rawValue: errno)) }
    return SystemFile(descriptor, path)
  }

  public func rename(_ path: FilePath, to target: FilePath) throws(DiskError) {
    let status = path.withPlatformString { from in
      target.withPlatformString { to in Glibc.rename(from, to) }
    }
    guard status == 0 else { throw DiskError(.rename, target, Errno(rawValue: errno)) }
  }

  public func link(_ path: FilePath, to target: FilePath) throws(DiskError) {
    let status = path.withPlatformString { from in
      target.withPlatformString { to in Glibc.link(from, to) }
    }
    guard status == 0 else { throw DiskError(.link, target, Errno(rawValue: errno)) }
  }

  public func syncFolder(_ path: FilePath) throws(DiskError) {
    let descriptor = path.withPlatformString { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    guard descriptor >= 0 else { throw DiskError(.syncFolder, path, Errno(rawValue: errno)) }
    defer { Glibc.close(descriptor) }
    guard fsync(descriptor) == 0 else { throw DiskError(.syncFolder, path, Errno(rawValue: errno)) }
  }

  public func makeFolder(_ path: FilePath) throws(DiskError) {
    if path.withPlatformString({ mkdir($0, 0o777) }) == 0 {
      let parent = path.removingLastComponent()
      return try syncFolder(parent.isEmpty ? "." : parent)
    }
    switch Errno(rawValue: errno) {
    case .fileExists:
      var status = stat()
      guard path.withPlatformString({ stat($0, &status) }) == 0, status.st_mode & S_IFMT == S_IFDIR else {
        throw DiskError(.makeFolder, path, .notDirectory)
      }
    case .noSuchFileOrDirectory where path.components.count > 1:
      try makeFolder(path.removingLastComponent())
      try makeFolder(path)
    case let failure: throw DiskError(.makeFolder, path, failure)
    }
  }

  public func remove(_ path: FilePath) throws(DiskError) {
    guard path.withPlatformString({ unlink($0) }) != 0 else { return }
    let failure = Errno(rawValue: errno)
    if failure != .noSuchFileOrDirectory { throw DiskError(.remove, path, failure) }
  }

  public func read(_ path: FilePath) throws(DiskError) -> [UInt8] {
    let descriptor = path.withPlatformString { open($0, O_RDONLY | O_CLOEXEC) }
    guard descriptor >= 0 else { throw DiskError(.open, path, Errno(rawValue: errno)) }
    defer { Glibc.close(descriptor) }
    // The size is a hint: pipes and files of /proc have none.
    var status = stat()
    _ = fstat(descriptor, &status)
    var bytes: [UInt8] = []
    var capacity = Int(status.st_size) + 1
    while true {
      let got = try Self.read(descriptor, capacity, path)
      bytes = bytes.isEmpty ? got : bytes + got
      if got.count < capacity { return bytes }
      capacity = max(1 << 16, bytes.count)
    }
  }

  /// The next bytes of a descriptor, `capacity` at most; none at its end.
  private static func read(_ descriptor: Int32, _ capacity: Int, _ path: FilePath) throws(DiskError) -> [UInt8] {
    var failure: Errno?
    let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
      while count < buffer.count {
        let got = uninterrupted { Glibc.read(descriptor, buffer.baseAddress! + count, buffer.count - count) }
        if got < 0 { failure = Errno(rawValue: errno) }
        if got <= 0 { return }
        count += got
      }
    }
    if let failure { throw DiskError(.read, path, failure) }
    return bytes
  }

  public func digest(_ path: FilePath) throws(DiskError) -> (size: Int, digest: Digest) {
    try Digest.ofFile(at: path)
  }

  public func digests(_ paths: [FilePath]) throws(DiskError) -> [(size: Int, digest: Digest)] {
    try Digest.ofFiles(at: paths)
  }

  public func list(_ path: FilePath) throws(DiskError) -> [String] {
    guard let folder = path.withPlatformString({ opendir($0) }) else {
      let failure = Errno(rawValue: errno)
      if failure == .noSuchFileOrDirectory { return [] }
      throw DiskError(.list, path, failure)
    }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  public func append(_ bytes: [UInt8], to path: FilePath, at offset: Int) throws(DiskError) {
    let descriptor = path.withPlatformString { open($0, O_WRONLY | O_CREAT | O_CLOEXEC, 0o666) }
    guard descriptor >= 0 else { throw DiskError(.open, path, Errno(rawValue: errno)) }
    let file = SystemFile(descriptor, path)
    guard ftruncate(descriptor, offset) == 0, lseek(descriptor, offset, SEEK_SET) == offset else {
      throw DiskError(.write, path, Errno(rawValue: errno))
    }
    try bytes.withUnsafeBufferPointer { (buffer) throws(DiskError) in
      try file.write(UnsafeRawBufferPointer(buffer))
    }
    try file.sync()
    try file.close()
    // Not only for a new file: a writer that was killed may have made it, and never have synced the folder.
    try Commit.acknowledge(path, on: self)
  }
}

/// A descriptor of the real file system.
package final class SystemFile: DiskFile {
  private var descriptor: Int32
  private let path: FilePath

  package init(_ descriptor: Int32, _ path: FilePath) {
    self.descriptor = descriptor
    self.path = path
  }

  deinit { if descriptor >= 0 { Glibc.close(descriptor) } }

  package func write(_ bytes: UnsafeRawBufferPointer) throws(DiskError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let part = UnsafeRawBufferPointer(rebasing: rest)
      // A call that writes nothing and names no error had no room.
      errno = ENOSPC
      let done = uninterrupted { Glibc.write(descriptor, part.baseAddress, part.count) }
      guard done > 0 else { throw DiskError(.write, path, Errno(rawValue: errno), bytesNeeded: part.count) }
      rest = rest.dropFirst(done)
    }
  }

  package func sync() throws(DiskError) {
    guard fsync(descriptor) == 0 else { throw DiskError(.sync, path, Errno(rawValue: errno)) }
  }

  package func close() throws(DiskError) {
    let closing = descriptor
    descriptor = -1
    guard Glibc.close(closing) == 0 else { throw DiskError(.write, path, Errno(rawValue: errno)) }
  }
}

/// Makes a call again as long as a signal ends it before it did anything.
package func uninterrupted(_ call: () -> Int) -> Int {
  var done: Int
  repeat { done = call() } while done < 0 && errno == EINTR
  return done
}
