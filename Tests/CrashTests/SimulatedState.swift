import Artifacts
import SystemPackage

/// What is in a simulated file system: what programs see, and what is durable of it. A value, so that one can be kept and gone back to.
struct SimulatedState {
  struct File {
    var bytes: [UInt8] = []
    /// Bytes from the beginning that are durable; files are only appended to.
    var synced = 0
    var isPoisoned = false

    mutating func sync() { if !isPoisoned { synced = bytes.count } }
  }

  struct Folder {
    /// Names as programs see them.
    var entries: [String: Int] = [:]
    var durable: [String: Int] = [:]
    /// Changes since the last sync, each kept whole or lost whole.
    var pending: [[String: Int?]] = []

    mutating func apply(_ change: [String: Int?]) {
      for (name, node) in change { entries[name] = node }
      pending.append(change)
    }

    mutating func sync() {
      durable = entries
      pending = []
    }
  }

  /// How the process ends, or what goes wrong, at a step.
  enum Stop: Hashable {
    /// Nothing is done any more from this step on.
    case death
    /// The step fails, those after it do not; after a folder that cannot be synced, none succeeds, as where a journal was aborted.
    case error(Errno)
  }

  static let root = 0
  /// Syncs that do nothing and say they did, to see that their lack is found.
  var liesAbout: Set<DiskError.Operation> = []
  var files: [Int: File] = [:]
  var folders: [Int: Folder] = [root: Folder()]
  private var nodes = root
  var operations = 0
  /// The step at which something happens, counted from 1.
  var stop: (at: Int, Stop)?
  private var isOver = false

  /// Counts a step that changes something, or fails it.
  mutating func step(_ operation: DiskError.Operation) throws(Errno) {
    operations += 1
    if isOver { throw .ioError }
    guard let (at, stop) = stop, operations == at else { return }
    switch stop {
    case .death:
      isOver = true
      throw .ioError
    case .error(let errno):
      isOver = operation == .syncFolder
      throw errno
    }
  }

  mutating func newNode() -> Int {
    nodes += 1
    return nodes
  }

  /// Begins a new process.
  func process(stopping stop: (at: Int, Stop)?) -> SimulatedState {
    var next = self
    next.stop = stop
    next.operations = 0
    next.isOver = false
    return next
  }

  func node(at path: FilePath) throws(Errno) -> Int {
    var node = Self.root
    for component in path.components {
      guard let folder = folders[node] else { throw .notDirectory }
      guard let next = folder.entries[component.string] else { throw .noSuchFileOrDirectory }
      node = next
    }
    return node
  }

  func folder(of path: FilePath) throws(Errno) -> (Int, String) {
    let node = try node(at: path.removingLastComponent())
    guard folders[node] != nil else { throw .notDirectory }
    return (node, path.lastComponent!.string)
  }

  /// Two names in one folder: the protocol never moves anything to another.
  func names(_ path: FilePath, _ target: FilePath) throws(Errno) -> (Int, String, String) {
    let (from, old) = try folder(of: path)
    let (to, new) = try folder(of: target)
    guard from == to else { throw .improperLink }
    return (from, old, new)
  }

  /// Every file by path, and every empty folder, as programs see them.
  func tree(_ node: Int = root, _ path: String = "") -> [String: [UInt8]] {
    var found: [String: [UInt8]] = [:]
    for (name, child) in folders[node]!.entries {
      if let file = files[child] {
        found[path + "/" + name] = file.bytes
      } else {
        found[path + "/" + name + "/"] = []
        found.merge(tree(child, path + "/" + name)) { $1 }
      }
    }
    return found
  }
}
