import Artifacts
import Foundation
import SystemPackage
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
