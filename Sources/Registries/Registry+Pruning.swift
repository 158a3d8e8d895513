import Artifacts
import Bundles
import Glibc
import SystemPackage

extension Registry {
  /// A version whose bytes nothing needs.
  public struct Prunable: Sendable, Equatable, Encodable {
    public var version: String
    public var bytes: Int
  }

  /// Versions of a name that may lose their bytes: all but those that an alias stands on, that are pinned, and the last so many
  /// that were not retired.
  public func prunable(_ name: String, keepingLast count: Int) throws -> [Prunable] {
    let state = try state(of: name)
    return try numbers(state, keepingLast: count).map {
      Prunable(version: "\(name)@\($0)", bytes: try bytes(below: folder(name).contentPath($0)))
    }
  }

  private func numbers(_ state: RegistryState, keepingLast count: Int) -> [Int] {
    guard state.latest > 0 else { return [] }
    let live = (1...state.latest).filter { !state.freed.contains($0) && !state.retired.contains($0) }
    let kept = Set(live.suffix(count)).union(state.pinned).union(state.aliases.values)
    return (1...state.latest).filter { !kept.contains($0) && !state.freed.contains($0) }
  }

  /// Removes the bytes of what may go; the documents and the history stay.
  ///
  /// The history says so first, so that nobody is sent to a folder that is half gone.
  /// - Returns: what went.
  public func prune(_ name: String, keepingLast count: Int) throws -> [Prunable] {
    _ = try state(of: name)
    var change = try RegistryChange(folder(name))
    let folder = folder(name)
    let numbers = numbers(change.state, keepingLast: count)
    let gone = try numbers.map {
      Prunable(version: "\(name)@\($0)", bytes: try bytes(below: folder.contentPath($0)))
    }
    for number in numbers { change.add(RegistryEvent(.freed, version: number)) }
    let state = try change.commit(by: author)
    // Those of a pruning that died before it came this far as well.
    for number in state.freed.sorted() { try BundleCopy.remove(folder.contentPath(number)) }
    try BundleCopy.removeLeftovers(in: folder.versionsPath)
    return gone
  }

  private func bytes(below path: FilePath) throws -> Int {
    var total = 0
    for name in try disk.list(path) {
      let entry = path.appending(name)
      var status = stat()
      guard entry.withPlatformString({ lstat($0, &status) }) == 0 else { continue }
      total += status.st_mode & S_IFMT == S_IFDIR ? try bytes(below: entry) : Int(status.st_blocks) * 512
    }
    return total
  }
}
