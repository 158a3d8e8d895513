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
      try cache.parts("truth", Digest(of: "x"), about: [Digest(of: "data")]) {
        made += 1
        return wanted
      }
    }
    for _ in 0..<3 { #expect(try parts() == wanted) }
    #expect(made == 1)
    #expect(try cache.parts("truth", Digest(of: "y"), about: []) { [:] } == [:])
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
    // So is what stands behind the last part.
    try Data(sound + [7]).write(to: URL(fileURLWithPath: path.string))
    #expect(try parts() == wanted)
    #expect(try SystemDisk().read(path) == sound)
  }

  /// What is about an artifact that goes, goes with it; so do damaged entries and files of killed writers.
  @Test func entriesGoWithTheirData() throws {
    let folder = try TemporaryFolder()
    let workspace = Workspace(at: folder.path.appending("w"))
    let cache = WorkspaceCache(workspace)
    let (kept, gone) = (Digest(of: "kept"), Digest(of: "gone"))
    for (key, about) in [("a", [kept]), ("b", [kept, gone]), ("c", [gone]), ("d", [kept])] {
      _ = try cache.parts("truth", Digest(of: key), about: about) { [".x": [1, 2, 3]] }
    }
    func name(_ key: String) -> String { "truth-\(Digest(of: key).hex.prefix(32)).parts" }
    func write(_ bytes: [UInt8], to name: String) throws {
      try Data(bytes).write(to: URL(fileURLWithPath: folder.path.appending("w/cache").appending(name).string))
    }
    try write([7], to: name("d"))
    try write([0], to: name("e") + DurableFile.temporaryEnding)
    let unneeded = try cache.unneeded { $0 == kept }
    #expect(Set(unneeded.map(\.name)) == [name("b"), name("c"), name("d"), name("e") + DurableFile.temporaryEnding])
    #expect(unneeded.first { $0.name == name("d") }?.bytes == 1)
    try cache.remove(unneeded)
    #expect(try SystemDisk().list(folder.path.appending("w/cache")) == [name("a")])
    #expect(try cache.unneeded { $0 == kept }.isEmpty)
  }
}
