import Artifacts
import Synchronization
import SystemPackage
import TestSupport
import Testing

/// The steps of the commit protocol, in their order, and what each fault of them leaves.
@Suite struct CommitTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func path(_ name: String) -> FilePath { folder.path.appending(name) }

  @Test func aFileIsSyncedBeforeItsNameAndItsFolderAfter() throws {
    let disk = TellingDisk()
    try DurableFile.commit([1, 2], at: path("a"), on: disk)
    #expect(disk.calls == ["create", "write", "sync", "close", "rename a", "sync folder"])
  }

  /// After any fault neither the name nor a temporary file is there.
  @Test(arguments: ["create", "write", "sync", "close", "rename a"]) func aFaultLeavesNothing(_ call: String) throws {
    let disk = TellingDisk(failing: call)
    #expect(throws: DiskError.self) { try DurableFile.commit([1, 2], at: path("a"), on: disk) }
    #expect(try SystemDisk().list(folder.path).isEmpty)
    #expect(disk.calls.filter { $0 == "sync" }.count <= 1, "a sync that failed is tried again")
  }

  @Test func aFolderThatWasNotSyncedIsNotAcknowledged() throws {
    let disk = TellingDisk(failing: "sync folder")
    let error = #expect(throws: DiskError.self) { try DurableFile.commit([1], at: path("a"), on: disk) }
    #expect(error?.operation == .syncFolder && error?.path == folder.path)
  }

  /// Its owner made a folder above that may be entered and not read; a fault of the disk is one wherever it is.
  @Test func aFolderAboveThatCannotBeReadIsNotSynced() throws {
    let workspace = Workspace(at: path("w"), on: TellingDisk(failing: "sync folder", with: .permissionDenied))
    try workspace.settle()
    #expect(try SystemDisk().list(workspace.path) == ["artifacts", "runs"])
    let error = #expect(throws: DiskError.self) {
      try Workspace(at: path("w"), on: TellingDisk(failing: "sync folder")).settle()
    }
    #expect(error?.errno == .ioError)
  }

  /// Whether the target is there may change between two looks: somebody else's export, or a hand that removes it.
  @Test func aTargetThatGoesInBetweenIsReplacedAllTheSame() throws {
    let disk = TellingDisk(targetGoes: path("to"))
    for name in ["from", "to"] { try disk.makeFolder(path(name)) }
    try DurableFile.commit([7], at: path("from").appending("new"))
    #expect(try !Commit.exchange(path("from"), path("to"), on: disk))
    #expect(try SystemDisk().read(path("to").appending("new")) == [7])
    #expect(!SystemDisk().exists(path("from")))
  }

  @Test func aFolderIsExchangedWithWhatWasThere() throws {
    let disk = TellingDisk()
    for name in ["from", "to"] { try disk.makeFolder(path(name).appending("inner")) }
    #expect(try Commit.exchange(path("from"), path("to"), on: disk))
    #expect(disk.calls.suffix(4) == ["sync folder", "sync folder", "move from", "exchange from"], "all below is synced before")
  }

  @Test func aFolderThatIsGoneCannotBeExchanged() throws {
    #expect(throws: DiskError.self) { try Commit.exchange(path("from"), path("to"), on: TellingDisk()) }
  }

  /// Disks that can only replace files write a log anew.
  @Test func aLogIsWrittenAnewWhereNothingCanBeAppended() throws {
    let disk = TellingDisk()
    try disk.append([1, 2], to: path("log"), at: 0)
    try disk.append([9, 9], to: path("log"), at: 2)
    try disk.append([3], to: path("log"), at: 2)
    #expect(try disk.read(path("log")) == [1, 2, 3])
    let error = #expect(throws: DiskError.self) { try disk.append([4], to: path("log"), at: 5) }
    #expect(error?.errno == .invalidArgument, "a hole would be read as damage")
    #expect(throws: DiskError.self) { try disk.append([4], to: path("gone"), at: 1) }
  }
}

/// The real disk, whose changes are told, and one of which may fail.
private final class TellingDisk: ForwardingDisk, FolderDisk {
  let real = SystemDisk()
  private let told = Mutex<[String]>([])
  private let failing: String?
  private let errno: Errno
  private let target: FilePath?

  /// - Parameter targetGoes: is removed when it stands in the way of a folder for the first time.
  init(failing: String? = nil, with errno: Errno = .ioError, targetGoes target: FilePath? = nil) {
    self.failing = failing
    self.errno = errno
    self.target = target
  }

  var calls: [String] { told.withLock { $0 } }

  fileprivate func tell(_ call: String, _ operation: DiskError.Operation, _ path: FilePath) throws(DiskError) {
    told.withLock { $0.append(call) }
    if call == failing { throw DiskError(operation, path, errno) }
  }

  func create(_ path: FilePath) throws(DiskError) -> any DiskFile {
    try tell("create", .create, path)
    return File(try real.create(path), path, self)
  }

  func rename(_ path: FilePath, to target: FilePath) throws(DiskError) {
    try tell("rename \(target.lastComponent!)", .rename, target)
    try real.rename(path, to: target)
  }

  func syncFolder(_ path: FilePath) throws(DiskError) {
    try tell("sync folder", .syncFolder, path)
    try real.syncFolder(path)
  }

  func moveToNew(_ folder: FilePath, to target: FilePath) throws(DiskError) {
    try tell("move \(folder.lastComponent!)", .rename, target)
    do { try real.moveToNew(folder, to: target) } catch {
      if target == self.target { try real.removeFolder(target) }
      throw error
    }
  }

  func exchange(_ folder: FilePath, with target: FilePath) throws(DiskError) {
    try tell("exchange \(folder.lastComponent!)", .rename, target)
    try real.exchange(folder, with: target)
  }

  private final class File: DiskFile {
    private let real: any DiskFile
    private let path: FilePath
    private let disk: TellingDisk

    init(_ real: any DiskFile, _ path: FilePath, _ disk: TellingDisk) { (self.real, self.path, self.disk) = (real, path, disk) }

    func write(_ bytes: UnsafeRawBufferPointer) throws(DiskError) {
      try disk.tell("write", .write, path)
      try real.write(bytes)
    }

    func sync() throws(DiskError) {
      try disk.tell("sync", .sync, path)
      try real.sync()
    }

    func close() throws(DiskError) {
      try disk.tell("close", .write, path)
      try real.close()
    }
  }
}
