import Artifacts

/// A change of one name under its lock: events are gathered, and become true together.
struct RegistryChange: ~Copyable {
  let folder: RegistryFolder
  /// What was true when the change began.
  let state: RegistryState
  let history: RegistryHistory
  private var events: [RegistryEvent]
  private let lock: RegistryLock?

  /// Takes the lock and reads how things stand.
  ///
  /// - Throws: `RegistryError` if another process has the lock; `CorruptFile` if the history is not what was committed: nothing is
  ///   built on that.
  init(_ folder: RegistryFolder) throws {
    // The lock is the kernel's, and so only for files that are the kernel's.
    let lock = folder.disk is SystemDisk ? try RegistryLock(folder) : nil
    let known = try folder.state()
    let history = try folder.history(upTo: known?.head)
    self.folder = folder
    self.lock = lock
    self.history = history
    events = []
    state = known ?? RegistryState(history)
  }

  mutating func add(_ event: RegistryEvent) { events.append(event) }

  /// Makes the events true.
  ///
  /// - Returns: the state with them.
  consuming func commit(by author: RegistryAuthor) throws -> RegistryState {
    guard !events.isEmpty else { return state }
    var after = history
    let lines = try after.append(events, by: author.by, time: author.now())
    let new = state.after(after, adding: after.events[history.events.count...])
    try folder.commit(lines, at: history.head.bytes, new)
    return new
  }
}
