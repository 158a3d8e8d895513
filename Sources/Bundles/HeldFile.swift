import Artifacts
import Glibc
import SystemPackage

/// A file of a bundle held open, so that it can be read later even if the bundle has been replaced and removed by then.
final class HeldFile: Sendable {
  private let descriptor: Int32

  init(_ path: FilePath) throws(DiskError) {
    descriptor = path.withPlatformString { open($0, O_RDONLY | O_CLOEXEC) }
    guard descriptor >= 0 else { throw DiskError(.open, path, Errno(rawValue: errno)) }
  }

  deinit { close(descriptor) }

  /// Leads to the file as long as this object lives (https://man7.org/linux/man-pages/man5/proc_pid_fd.5.html).
  var path: FilePath { FilePath("/proc/self/fd/\(descriptor)") }
}
