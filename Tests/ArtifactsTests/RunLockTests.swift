import Artifacts
import Foundation
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

  @Test func itEndsWithItsHolder() throws {
    let folder = try TemporaryFolder()
    let workspace = Workspace(at: folder.path)
    for _ in 0..<3 { _ = try RunLock(workspace) }
  }
}
