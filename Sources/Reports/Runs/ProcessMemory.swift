import Glibc
import SystemPackage

/// Resident memory of this process, in bytes, as Linux tells it; nil elsewhere.
enum ProcessMemory {
  static func resident() -> Int? {
    var pages: Int?
    try? TextLines("/proc/self/statm").forEach { line in
      pages = line.split(separator: " ").dropFirst().first.flatMap { Int($0) }
      return false
    }
    return pages.map { $0 * sysconf(Int32(_SC_PAGESIZE)) }
  }

  /// The highest since the process began.
  static func peak() -> Int? {
    var kilobytes: Int?
    try? TextLines("/proc/self/status").forEach { line in
      guard line.hasPrefix("VmHWM:") else { return true }
      kilobytes = Int(line.filter(\.isNumber))
      return false
    }
    return kilobytes.map { $0 << 10 }
  }
}
