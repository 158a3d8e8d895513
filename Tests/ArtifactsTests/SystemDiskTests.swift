import Artifacts
import Foundation
import SystemPackage
import TestSupport
import Testing

/// Every call of the real disk, and how each fails.
@Suite struct SystemDiskTests {
  private let folder: TemporaryFolder
  private let disk = SystemDisk()

  init() throws { folder = try TemporaryFolder() }

  private func path(_ name: String) -> FilePath { folder.path.appending(name) }

  /// The error of a call that must fail, by what it was about to do and what the system said.
  private func fails(_ operation: DiskError.Operation, _ errno: Errno, _ body: () throws -> Void) {
    let error = #expect(throws: DiskError.self) { try body() }
    #expect(error?.operation == operation && error?.errno == errno, "\(String(describing: error))")
  }

  @Test func filesAreMadeMovedLinkedAndRemoved() throws {
    try DurableFile.commit(Array("one".utf8), at: path("a"))
    try disk.link(path("a"), to: path("b"))
    try disk.rename(path("a"), to: path("c"))
    #expect(try disk.list(folder.path) == ["b", "c"])
    #expect(try disk.read(path("b")) == Array("one".utf8))
    #expect(try disk.digest(path("c")) == (3, Digest(of: "one")))
    try disk.remove(path("b"))
    try disk.remove(path("b"))
    fails(.create, .fileExists) { _ = try disk.create(path("c")) }
    fails(.rename, .noSuchFileOrDirectory) { try disk.rename(path("gone"), to: path("d")) }
    fails(.link, .fileExists) { try disk.link(path("c"), to: path("c")) }
    fails(.remove, .isDirectory) { try disk.remove(folder.path) }
    fails(.open, .noSuchFileOrDirectory) { _ = try disk.read(path("gone")) }
    fails(.open, .noSuchFileOrDirectory) { _ = try disk.digest(path("gone")) }
    fails(.read, .isDirectory) { _ = try disk.read(folder.path) }
    fails(.read, .isDirectory) { _ = try disk.digest(folder.path) }
    fails(.syncFolder, .noSuchFileOrDirectory) { try disk.syncFolder(path("gone")) }
    fails(.syncFolder, .invalidArgument) { try disk.syncFolder("/proc/self") }
    #expect(try disk.list(path("gone")).isEmpty)
    fails(.list, .notDirectory) { _ = try disk.list(path("c")) }
  }

  /// What was written or read once is not hashed again, under any of its names, until it changes; another disk hashes all.
  @Test func filesAreHashedOnceWhereAsked() throws {
    let disk = SystemDisk(hashesOnce: true)
    let file = try DurableFile.commit(Array("one".utf8), at: path("a"), on: disk)
    #expect(disk.isChecked(path("a"), file) && !self.disk.isChecked(path("a"), file))
    try disk.link(path("a"), to: path("b"))
    #expect(disk.isChecked(path("b"), file))
    #expect(!disk.isChecked(path("b"), CommittedFile(name: "b", size: 3, digest: Digest(of: "two"))))
    #expect(!disk.isChecked(path("b"), CommittedFile(name: "b", size: 4, digest: file.digest)))
    #expect(!disk.isChecked(path("gone"), file))
    // Another content in its place, and another in the same file.
    try DurableFile.commit(Array("two".utf8), at: path("a"))
    #expect(!disk.isChecked(path("a"), file) && disk.isChecked(path("b"), file))
    try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSince1970: 9)], ofItemAtPath: path("b").string)
    #expect(!disk.isChecked(path("b"), file))
  }

  @Test func aFileThatIsGoneIsNotRemembered() throws {
    let disk = SystemDisk(hashesOnce: true)
    let file = CommittedFile(name: "a", size: 3, digest: Digest(of: "one"))
    disk.noteChecked(path("a"), file)
    try DurableFile.commit(Array("one".utf8), at: path("a"))
    #expect(!disk.isChecked(path("a"), file))
  }

  @Test func callsThatASignalEndedAreMadeAgain() {
    var answers = [(-1, EINTR), (-1, EINTR), (5, 0), (-1, EIO)]
    func call() -> Int {
      let (done, code) = answers.removeFirst()
      errno = code
      return done
    }
    #expect(uninterrupted(call) == 5 && answers.count == 1)
    #expect(uninterrupted(call) == -1 && answers.isEmpty)
  }

  @Test func aReaderHashesOnceAndFindsDamage() throws {
    let disk = SystemDisk(hashesOnce: true)
    let artifact = Artifact(at: folder.path, on: disk)
    let file = try DurableFile.commit(Array("one".utf8), at: path("a"))
    #expect(!disk.isChecked(path("a"), file))
    #expect(try artifact.read(file) == Array("one".utf8))
    #expect(disk.isChecked(path("a"), file))
    try artifact.check(file)
    try DurableFile.commit(Array("two".utf8), at: path("a"))
    #expect(throws: CorruptFile.self) { try artifact.read(file) }
    #expect(throws: CorruptFile.self) { try artifact.check(file) }
    #expect(!disk.isChecked(path("a"), file))
  }

  /// Files of /proc say that they are empty.
  @Test func aFileWithoutASizeIsReadToItsEnd() throws {
    let bytes = try disk.read("/proc/self/maps")
    #expect(bytes.count > 4096 && bytes.last == 10)
  }

  @Test func foldersAreMadeWithThoseAboveThem() throws {
    try disk.makeFolder(path("a").appending("b").appending("c"))
    try disk.makeFolder(path("a").appending("b").appending("c"))
    #expect(disk.isFolder(path("a").appending("b").appending("c")))
    try DurableFile.commit([1], at: path("file"))
    fails(.makeFolder, .notDirectory) { try disk.makeFolder(path("file")) }
    fails(.makeFolder, .notDirectory) { try disk.makeFolder(path("file").appending("below")) }
  }

  @Test func foldersAreMovedExchangedAndRemoved() throws {
    for (name, text) in [("a", "one"), ("b", "two")] {
      try disk.makeFolder(path(name))
      try DurableFile.commit(Array(text.utf8), at: path(name).appending("text"))
    }
    fails(.rename, .fileExists) { try disk.moveToNew(path("a"), to: path("b")) }
    try disk.exchange(path("a"), with: path("b"))
    #expect(try disk.read(path("a").appending("text")) == Array("two".utf8))
    fails(.rename, .noSuchFileOrDirectory) { try disk.exchange(path("a"), with: path("gone")) }
    fails(.remove, .directoryNotEmpty) { try disk.removeFolder(path("a")) }
    try disk.makeFolder(path("a").appending("deeper"))
    try disk.removeAll(path("a"))
    try disk.removeAll(path("a"))
    #expect(!disk.exists(path("a")) && disk.exists(path("b")))
    #expect(try disk.resolvedFolder(of: path("b").appending("new")).lastComponent == "new")
    fails(.open, .noSuchFileOrDirectory) { _ = try disk.resolvedFolder(of: path("gone").appending("new")) }
    // What has no name of its own must exist.
    #expect(try disk.resolvedFolder(of: "/") == "/")
    #expect(try disk.resolvedFolder(of: path("b").appending("..")) == folder.path.resolved())
    fails(.open, .noSuchFileOrDirectory) { _ = try disk.resolvedFolder(of: path("gone").appending("..")) }
  }

  @Test func oneFolderIsSeenFromAnother() {
    #expect(FilePath("/a/b/c").relative(to: "/a/d") == "../b/c")
    #expect(FilePath("/a").relative(to: "/a/b/c") == "../..")
    #expect(FilePath("/a/b").relative(to: "/a/b") == ".")
  }

  @Test func aFolderIsHeldByOne() throws {
    let held = try #require(disk.hold(folder.path))
    #expect(disk.hold(folder.path) == nil)
    withExtendedLifetime(held) {}
    #expect(disk.hold(path("gone")) == nil)
  }

  /// `/dev/full` refuses every byte, and has no pages to sync.
  @Test func aFullDiskSaysHowMuchItLacks() throws {
    let file = SystemFile(open("/dev/full", O_WRONLY), "/dev/full")
    let error = #expect(throws: DiskError.self) {
      try [UInt8](repeating: 1, count: 5000).withUnsafeBytes { try file.write($0) }
    }
    #expect(error?.isFull == true && error?.bytesNeeded == 5000)
    #expect(error?.description.contains("5000 more bytes are needed") == true)
    fails(.sync, .invalidArgument) { try file.sync() }
    try file.close()
    fails(.write, .badFileDescriptor) { try SystemFile(-1, "gone").close() }
  }

  @Test func aLogIsAppendedToFromItsGoodPart() throws {
    let log = path("log")
    try disk.append(Array("one\n".utf8), to: log, at: 0)
    try disk.append(Array("bad".utf8), to: log, at: 4)
    try disk.append(Array("two\n".utf8), to: log, at: 4)
    #expect(try disk.read(log) == Array("one\ntwo\n".utf8))
    fails(.open, .isDirectory) { try disk.append([1], to: folder.path, at: 0) }
    fails(.write, .invalidArgument) { try disk.append([1], to: "/dev/full", at: 0) }
  }
}
