import Artifacts
import Foundation
import SystemPackage
import TestSupport
import Testing

@Suite struct WorkspaceCacheTests {
  @Test func partsAreMadeOnceAndAgainWhenDamaged() throws {
    let folder = try TemporaryFolder()
    let workspace = Workspace(at: folder.path.appending("w"))
    let cache = WorkspaceCache(workspace)
    let wanted: [String: [UInt8]] = [".a": [1, 2, 3], ".b": [], ".c": Array(0...255)]
    var made = 0
    func parts() throws -> [String: [UInt8]] {
      try cache.parts("truth", Digest(of: "x")) {
        made += 1
        return wanted
      }
    }
    for _ in 0..<3 { #expect(try parts() == wanted) }
    #expect(made == 1)
    #expect(try cache.parts("truth", Digest(of: "y")) { [:] } == [:])
    // Every flipped byte, and every cut, is noticed.
    let path = folder.path.appending("w/cache").appending("truth-\(Digest(of: "x").hex.prefix(32)).parts")
    let sound = try SystemDisk().read(path)
    for place in stride(from: 0, to: sound.count, by: 37) {
      var bytes = sound
      bytes[place] ^= 4
      try Data(bytes).write(to: URL(fileURLWithPath: path.string))
      #expect(try parts() == wanted)
      try Data(sound[..<place]).write(to: URL(fileURLWithPath: path.string))
      #expect(try parts() == wanted)
    }
    #expect(made == 1 + 2 * ((sound.count + 36) / 37))
  }
}
