import FoundationEssentials
import Glibc
import SystemPackage

/// What this machine, or the container around the process, has to give.
enum MachineLimits {
  /// Threads: the processors that the process may use, and no more than the control group's share of time.
  static var processors: Int {
    let allowed = allowedProcessors ?? sysconf(Int32(_SC_NPROCESSORS_ONLN))
    return max(1, min(allowed, processorQuota ?? allowed))
  }

  /// Half of the memory: the rest is for the page cache that archives are read through.
  static var defaultMemory: Int { max(256 << 20, memory / 2) }

  /// Bytes of the machine, or of its control group where that has less.
  static var memory: Int {
    let machine = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
    let limits = groupFiles("memory.max", "memory/memory.limit_in_bytes").compactMap { Int($0.filter { !$0.isWhitespace }) }
    return min(machine, limits.filter { $0 > 0 }.min() ?? machine, addressLimit ?? machine)
  }

  /// Bytes of addresses that the process may use (`ulimit -v`); nil for no limit.
  private static var addressLimit: Int? { limit(on: RLIMIT_AS) }

  private static func limit(on resource: __rlimit_resource) -> Int? {
    var limit = rlimit()
    // The macro for "no limit" is one that Swift cannot import.
    guard getrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0, limit.rlim_cur != rlim_t.max else { return nil }
    return Int(clamping: limit.rlim_cur)
  }

  /// Why the process cannot even start its threads; nil if it can.
  ///
  /// A queue whose thread cannot be made waits for ever, so this is looked at before there is any: stacks for all threads, and as much
  /// again as the smallest run takes.
  static var shortage: String? {
    guard let limit = addressLimit else { return nil }
    let needed = (self.limit(on: RLIMIT_STACK) ?? 8 << 20) * (processors + 12) + 64 << 20
    guard let room = mmap(nil, needed, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0), room != MAP_FAILED else {
      return "the limit on memory (ulimit -v) is \(limit >> 20) MiB, and \(needed >> 20) MiB beside the program are needed "
        + "for its threads alone; raise it, or use --memory instead"
    }
    munmap(room, needed)
    return nil
  }

  /// `Cpus_allowed_list` is as `0-3,8`.
  private static var allowedProcessors: Int? {
    let line = text(at: "/proc/self/status")?.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed_list:") }
    return line?.split(separator: ":").last?.split(separator: ",").reduce(0) { count, range in
      let ends = range.split(separator: "-").compactMap { Int($0.filter(\.isNumber)) }
      return count + (ends.last ?? 0) - (ends.first ?? 1) + 1
    }
  }

  /// `cpu.max` is `quota period`, in microseconds, or `max period`.
  private static var processorQuota: Int? {
    groupFiles("cpu.max").compactMap { text -> Int? in
      let words = text.split(whereSeparator: \.isWhitespace).map { Int($0) }
      guard words.count == 2, let quota = words[0], let period = words[1], period > 0 else { return nil }
      return max(1, (quota + period - 1) / period)
    }.min()
  }

  /// The texts of a setting in our control group and all above it (https://docs.kernel.org/admin-guide/cgroup-v2.html), and in the
  /// first version's place.
  private static func groupFiles(_ name: String, _ firstVersion: String? = nil) -> [String] {
    var paths = firstVersion.map { ["/sys/fs/cgroup/\($0)"] } ?? []
    let own = text(at: "/proc/self/cgroup")?.split(separator: "\n").first { $0.hasPrefix("0::") }?.dropFirst(3) ?? "/"
    var folder = FilePath("/sys/fs/cgroup").pushing(FilePath(String(own.drop { $0 == "/" })))
    while folder.starts(with: "/sys/fs/cgroup") {
      paths.append(folder.appending(name).string)
      guard folder.removeLastComponent() else { break }
    }
    return paths.compactMap(text)
  }

  private static func text(at path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }
}
