import Artifacts
import Synchronization
import SystemPackage

/// A file system in memory that knows what a power cut would leave of it.
///
/// Its rules are harsher than any journal's: without a sync of the file, any of its blocks may be lost, zero or torn; without a sync of the
/// folder, any of the changes to its entries may be lost, also of those before one that is kept, and what is kept may come in
/// another order; an entry may be kept without the data of its file. A rename or an exchange is one change. Changes to one folder say
/// nothing of another.
final class SimulatedDisk: FolderDisk {
  let state: Mutex<SimulatedState>

  init(_ state: SimulatedState) { self.state = Mutex(state) }

  /// What a process that goes on after this one's end finds; `cut` says whether the power failed, or only the process died.
  func after(_ cut: PowerCut?) -> SimulatedState {
    state.withLock { state in
      var next = state
      next.stop = nil
      next.operations = 0
      if var cut { cut.strike(&next) }
      return next
    }
  }

  private func change<Value>(
    _ operation: DiskError.Operation, _ path: FilePath, _ body: (inout SimulatedState) throws(Errno) -> Value
  ) throws(DiskError) -> Value {
    let result: Result<Value, Errno> = state.withLock { state in
      do throws(Errno) {
        try state.step(operation)
        return .success(try body(&state))
      } catch { return .failure(error) }
    }
    do throws(Errno) { return try result.get() } catch { throw DiskError(operation, path, error) }
  }

  private func look<Value>(
    _ operation: DiskError.Operation, _ path: FilePath, _ body: (SimulatedState) throws(Errno) -> Value
  ) throws(DiskError) -> Value {
    let result: Result<Value, Errno> = state.withLock { state in
      do throws(Errno) { return .success(try body(state)) } catch { return .failure(error) }
    }
    do throws(Errno) { return try result.get() } catch { throw DiskError(operation, path, error) }
  }

  func create(_ path: FilePath) throws(DiskError) -> any DiskFile {
    let node = try change(.create, path) { (state) throws(Errno) in
      let (folder, name) = try state.folder(of: path)
      guard state.folders[folder]!.entries[name] == nil else { throw .fileExists }
      let node = state.newNode()
      state.files[node] = SimulatedState.File()
      state.folders[folder]!.apply([name: node])
      return node
    }
    return SimulatedFile(self, node, path)
  }

  func rename(_ path: FilePath, to target: FilePath) throws(DiskError) {
    try change(.rename, target) { (state) throws(Errno) in
      let (folder, from, to) = try state.names(path, target)
      guard let node = state.folders[folder]!.entries[from] else { throw .noSuchFileOrDirectory }
      state.folders[folder]!.apply([from: nil, to: node])
    }
  }

  func link(_ path: FilePath, to target: FilePath) throws(DiskError) {
    try change(.link, target) { (state) throws(Errno) in
      let node = try state.node(at: path)
      let (folder, name) = try state.folder(of: target)
      guard state.folders[folder]!.entries[name] == nil else { throw .fileExists }
      state.folders[folder]!.apply([name: node])
    }
  }

  func syncFolder(_ path: FilePath) throws(DiskError) {
    try change(.syncFolder, path) { (state) throws(Errno) in
      let node = try state.node(at: path)
      guard state.folders[node] != nil else { throw .notDirectory }
      if !state.liesAbout.contains(.syncFolder) { state.folders[node]!.sync() }
    }
  }

  func makeFolder(_ path: FilePath) throws(DiskError) {
    if kind(of: path) == true { return }
    let parent = path.removingLastComponent()
    try makeFolder(parent)
    try change(.makeFolder, path) { (state) throws(Errno) in
      let (folder, name) = try state.folder(of: path)
      let node = state.newNode()
      state.folders[node] = SimulatedState.Folder()
      state.folders[folder]!.apply([name: node])
    }
    try syncFolder(parent)
  }

  func remove(_ path: FilePath) throws(DiskError) {
    try change(.remove, path) { (state) throws(Errno) in
      guard let (folder, name) = try? state.folder(of: path), state.folders[folder]!.entries[name] != nil else { return }
      state.folders[folder]!.apply([name: nil])
    }
  }

  func read(_ path: FilePath) throws(DiskError) -> [UInt8] {
    try look(.read, path) { (state) throws(Errno) in
      guard let file = state.files[try state.node(at: path)] else { throw .isDirectory }
      return file.bytes
    }
  }

  func digest(_ path: FilePath) throws(DiskError) -> (size: Int, digest: Digest) {
    let bytes = try read(path)
    return (bytes.count, Digest(of: bytes))
  }

  func list(_ path: FilePath) throws(DiskError) -> [String] {
    try look(.list, path) { (state) throws(Errno) in
      guard let node = try? state.node(at: path) else { return [] }
      guard let folder = state.folders[node] else { throw .notDirectory }
      return folder.entries.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
  }

  func append(_ bytes: [UInt8], to path: FilePath, at offset: Int) throws(DiskError) {
    if kind(of: path) == nil { _ = try create(path) }
    let node = try change(.write, path) { (state) throws(Errno) in
      let node = try state.node(at: path)
      // Bytes that are written again are no longer those that a failed sync lost.
      if offset <= state.files[node]!.synced { state.files[node]!.isPoisoned = false }
      state.files[node]!.synced = min(state.files[node]!.synced, offset)
      state.files[node]!.bytes = state.files[node]!.bytes.prefix(offset) + bytes
      return node
    }
    try SimulatedFile(self, node, path).sync()
    try Commit.acknowledge(path, on: self)
  }

  func kind(of path: FilePath) -> Bool? {
    state.withLock { state in
      guard let node = try? state.node(at: path) else { return nil }
      return state.folders[node] != nil
    }
  }

  func moveToNew(_ folder: FilePath, to target: FilePath) throws(DiskError) {
    if exists(target) { throw DiskError(.rename, target, .fileExists) }
    try rename(folder, to: target)
  }

  func exchange(_ path: FilePath, with target: FilePath) throws(DiskError) {
    try change(.rename, target) { (state) throws(Errno) in
      let (folder, from, to) = try state.names(path, target)
      let entries = state.folders[folder]!.entries
      guard let one = entries[from], let other = entries[to] else { throw .noSuchFileOrDirectory }
      state.folders[folder]!.apply([from: other, to: one])
    }
  }

  func removeFolder(_ path: FilePath) throws(DiskError) {
    guard kind(of: path) != nil else { return }
    guard try list(path).isEmpty else { throw DiskError(.remove, path, .directoryNotEmpty) }
    try remove(path)
  }

  func resolvedFolder(of path: FilePath) throws(DiskError) -> FilePath { path }
  func hold(_ folder: FilePath) -> (any Sendable)? { true }

  /// A file that is being written.
  private final class SimulatedFile: DiskFile {
    private let disk: SimulatedDisk
    private let node: Int
    private let path: FilePath

    init(_ disk: SimulatedDisk, _ node: Int, _ path: FilePath) {
      self.disk = disk
      self.node = node
      self.path = path
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(DiskError) {
      try disk.change(.write, path) { (state) throws(Errno) in state.files[node]!.bytes += bytes }
    }

    func sync() throws(DiskError) {
      // A sync that fails loses the pages for good, though they can still be read: the next one has nothing to write.
      do {
        try disk.change(.sync, path) { (state) throws(Errno) in
          if !state.liesAbout.contains(.sync) { state.files[node]!.sync() }
        }
      } catch {
        disk.state.withLock { $0.files[node]!.isPoisoned = true }
        throw error
      }
    }

    func close() throws(DiskError) { try disk.change(.write, path) { (_) throws(Errno) in } }
  }
}
