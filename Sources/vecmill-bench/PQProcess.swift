import ArgumentParser
import Foundation

/// What the process has used, as Linux counts it.
final class PQProcess {
  var seconds = 0.0

  /// Seconds of processor time of all threads.
  static var seconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// Resident memory in MB, now and at its highest since the last reset.
  static func memory(reset: Bool) throws -> [String: Any] {
    if reset { try Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs")) }
    let lines = try String(contentsOf: URL(filePath: "/proc/self/status"), encoding: .utf8).split(separator: "\n")
    func megabytes(_ name: String) throws -> Double {
      guard let line = lines.first(where: { $0.hasPrefix(name) }), let number = Double(line.filter(\.isNumber)) else {
        throw ValidationError("/proc/self/status has no \(name)")
      }
      return number / 1024
    }
    return ["resident": try megabytes("VmRSS:"), "peak": try megabytes("VmHWM:"), "seconds": 0]
  }
}
