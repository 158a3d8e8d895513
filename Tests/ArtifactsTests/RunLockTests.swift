import Artifacts
import Foundation
import SystemPackage
import TestSupport
import Testing

@Suite struct RunLockTests {
  @Test func theSecondIsToldWhoHasIt() throws {
    let folder = try TemporaryFolder()
    let workspace = Workspace(at: folder.path)
    let lock = try RunLock(workspace)
    let refusal = #expect(throws: RunLock.Taken.self) { try RunLock(workspace) }
    #expect(refusal?.holder == Int(ProcessInfo.processInfo.processIdentifier))
    _ = lock
  }

  /// What stands in the file may be of anybody, or nothing yet; a process that has ended is named only after a while.
  @Test(arguments: [("", nil), ("no number", nil), ("999999999\n", 999_999_999), ("1\n", 1)] as [(String, Int?)])
  func theHolderIsWhoTheFileNames(_ text: String, _ holder: Int?) throws {
    let folder = try TemporaryFolder()
    let workspace = Workspace(at: folder.path)
    let lock = try RunLock(workspace)
    try Data(text.utf8).write(to: URL(filePath: workspace.lockPath.string))
    let refusal = #expect(throws: RunLock.Taken.self) { try RunLock(workspace) }
    #expect(refusal?.holder == holder)
    #expect(refusal?.description.contains(holder.map { "process \($0)" } ?? "another process") == true)
    withExtendedLifetime(lock) {}
  }

  @Test func aLockThatCannotBeMadeSaysSo() throws {
    let folder = try TemporaryFolder()
    let workspace = Workspace(at: folder.path)
    try SystemDisk().makeFolder(workspace.lockPath)
    let error = #expect(throws: DiskError.self) { try RunLock(workspace) }
    #expect(error?.operation == .lock && error?.path == workspace.lockPath)
  }

  /// As on a network file system without locks.
  @Test func aFileSystemWithoutLocksIsNoOtherRun() throws {
    let workspace = Workspace(at: try TemporaryFolder().path)
    let refusal = RunLock.refusal(.noLocks, of: workspace)
    #expect(refusal as? DiskError == DiskError(.lock, workspace.lockPath, .noLocks))
    #expect((RunLock.refusal(.wouldBlock, of: workspace) as? RunLock.Taken)?.holder == nil, "no file names anybody")
  }

  @Test func itEndsWithItsHolder() throws {
    let folder = try TemporaryFolder()
    let workspace = Workspace(at: folder.path)
    for _ in 0..<3 { _ = try RunLock(workspace) }
  }
}
