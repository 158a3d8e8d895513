import Artifacts
import Bundles
import Synchronization
import SystemPackage
import TestSupport
import Testing

/// What an export says, and leaves, where the folder beside it or the exchange of the two is refused.
@Suite struct ExportFaultTests {
  let made = try! TestBundle()

  /// Network file systems and some others have no exchange.
  @Test(arguments: [Errno.invalidArgument, .noFunction])
  func aFileSystemWithoutAnExchangeIsNamed(_ errno: Errno) throws {
    let (_, description) = try made.assemble()
    let target = made.target
    let writer = try BundleWriter(at: target, on: StubbornDisk(exchange: errno))
    let error = #expect(throws: BundleError.self) { try writer.commit(description) }
    #expect(error?.code == .io && error?.subject == writer.target.string)
    #expect(error?.description.contains("local disk") == true)
    #expect(!SystemDisk().exists(target))
  }

  @Test func anotherFaultOfTheExchangeIsToldAsItIs() throws {
    let (_, description) = try made.assemble()
    let writer = try BundleWriter(at: made.target, on: StubbornDisk(exchange: .ioError))
    #expect(throws: DiskError(.rename, writer.target, .ioError)) { try writer.commit(description) }
  }

  /// Another export that cleans up may take the folder before it is held; then there is another, and in the end a message.
  @Test func aFolderThatAnotherTakesIsMadeAgain() throws {
    let disk = StubbornDisk(holdsRefused: 3)
    do { _ = try BundleWriter(at: made.target, on: disk) }
    #expect(disk.refused == 3)
    let never = StubbornDisk(holdsRefused: .max)
    let error = #expect(throws: BundleError.self) { try BundleWriter(at: made.target, on: never) }
    #expect(error?.code == .io && error?.description.contains("no temporary folder") == true)
    #expect(try SystemDisk().list(made.target.removingLastComponent()).isEmpty, "what was made in vain is removed")
  }
}

/// The real disk, but for its exchange and its locks.
private final class StubbornDisk: ForwardingDisk, FolderDisk {
  let real = SystemDisk()
  private let errno: Errno?
  private let holds: Mutex<(left: Int, refused: Int)>

  init(exchange errno: Errno? = nil, holdsRefused: Int = 0) {
    self.errno = errno
    holds = Mutex((holdsRefused, 0))
  }

  var refused: Int { holds.withLock(\.refused) }

  func hold(_ folder: FilePath) -> (any Sendable)? {
    let isRefused = holds.withLock { holds in
      guard holds.left > 0 else { return false }
      holds = (holds.left - 1, holds.refused + 1)
      return true
    }
    return isRefused ? nil : real.hold(folder)
  }

  func moveToNew(_ folder: FilePath, to target: FilePath) throws(DiskError) {
    if let errno { throw DiskError(.rename, target, errno) }
    try real.moveToNew(folder, to: target)
  }

}
