import Glibc
public import SystemPackage

/// Keeps a workspace to one run at a time.
///
/// The lock is the kernel's (`flock`), so it ends with its holder however that dies; the file's text only tells who it is.
public final class RunLock: Sendable {
  private let descriptor: Int32

  /// Takes the lock or tells who has it; never waits.
  ///
  /// - Throws: `RunLock.Taken` if another process holds it, `DiskError` if the file cannot be made.
  public init(_ workspace: Workspace) throws {
    try workspace.disk.makeFolder(workspace.path)
    let path = workspace.lockPath
    let descriptor = path.withPlatformString { open($0, O_RDWR | O_CREAT | O_CLOEXEC, 0o666) }
    guard descriptor >= 0 else { throw DiskError(.lock, path, Errno(rawValue: errno)) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let failure = Errno(rawValue: errno)
      defer { close(descriptor) }
      guard failure == .wouldBlock else { throw DiskError(.lock, path, failure) }
      let holder = (try? SystemDisk().read(path)).map { String(decoding: $0, as: UTF8.self) } ?? ""
      throw Taken(workspace: workspace.path, holder: Int(holder.filter(\.isNumber)))
    }
    let text = Array("\(getpid())\n".utf8)
    ftruncate(descriptor, 0)
    pwrite(descriptor, text, text.count, 0)
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

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
