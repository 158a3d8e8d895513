import FoundationEssentials
import Glibc

/// Who changes a registry, and when: what every line of a history ends with.
public struct RegistryAuthor: Sendable {
  /// `user@host`.
  public var by: String
  /// ISO 8601, UTC, to the millisecond.
  public var now: @Sendable () -> String

  public init(by: String, now: @escaping @Sendable () -> String) {
    self.by = by
    self.now = now
  }

  /// The user of this process on this host, by the clock.
  public static var current: RegistryAuthor {
    let user = ProcessInfo.processInfo.userName
    let host = ProcessInfo.processInfo.hostName
    return RegistryAuthor(by: "\(user.isEmpty ? String(getuid()) : user)@\(host)") { time(Date()) }
  }

  private static func time(_ time: Date) -> String {
    // Milliseconds by hand: the format style cuts them off.
    let milliseconds = Int((time.timeIntervalSince1970 * 1000).rounded())
    let whole = Date(timeIntervalSince1970: Double(milliseconds / 1000)).formatted(.iso8601)
    let rest = String(milliseconds % 1000)
    return whole.dropLast() + "." + String(repeating: "0", count: 3 - rest.count) + rest + "Z"
  }
}
