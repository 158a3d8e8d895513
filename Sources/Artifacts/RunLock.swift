import Glibc
public import SystemPackage

/// Keeps a workspace to one run at a time.
///
/// The lock is the kernel's (`flock`), so it ends with its holder however that dies; the file's text only tells who it is.
public final class RunLock: Sendable {
  private let descriptor: Int32

  /// Takes the lock or tells who has it; never waits for it.
  ///
  /// - Throws: `RunLock.Taken` if another process holds it, `DiskError` if the file cannot be made.
  public init(_ workspace: Workspace) throws {
    try workspace.settle()
    let path = workspace.lockPath
    let descriptor = path.withPlatformString { open($0, O_RDWR | O_CREAT | O_CLOEXEC, 0o666) }
    guard descriptor >= 0 else { throw DiskError(.lock, path, Errno(rawValue: errno)) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      defer { close(descriptor) }
      throw Self.refusal(Errno(rawValue: errno), of: workspace)
    }
    let text = Array("\(getpid())\n".utf8)
    // Written before it is cut to its length, so that whoever is sent away meanwhile never reads nothing. Where there is no room for it,
    // nobody is named.
    ftruncate(descriptor, off_t(max(0, pwrite(descriptor, text, text.count, 0))))
    self.descriptor = descriptor
    try workspace.removeLeftovers()
  }

  deinit { close(descriptor) }

  /// Why the kernel does not give the lock: somebody has it, or the file system has none to give.
  package static func refusal(_ failure: Errno, of workspace: Workspace) -> any Error {
    failure == .wouldBlock
      ? Taken(workspace: workspace.path, holder: holder(workspace.lockPath)) : DiskError(.lock, workspace.lockPath, failure)
  }

  /// The process that the file names. One that took the lock a moment ago may not have written itself down yet, and what stands there
  /// is of a process that has ended: it gets a tenth of a second. Of a process on another machine it cannot be told; it is named
  /// after that time.
  private static func holder(_ path: FilePath) -> Int? {
    var holder: Int?
    for _ in 0..<50 {
      holder = (try? SystemDisk().read(path)).flatMap { bytes in
        Int(String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
      }
      if let holder, kill(pid_t(truncatingIfNeeded: holder), 0) == 0 || errno == EPERM { return holder }
      usleep(2000)
    }
    return holder
  }

  /// Another process works in the workspace.
  public struct Taken: Error, Sendable, CustomStringConvertible {
    public var workspace: FilePath
    /// Its process id, if it could be read.
    public var holder: Int?

    public var description: String {
      let who = holder.map { "process \($0)" } ?? "another process"
      return "the workspace \(workspace) is in use by \(who); try again when that has ended"
    }
  }
}
