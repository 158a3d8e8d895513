import Artifacts
import Bundles
import Foundation
import IndexFormats
import SystemPackage
import TestSupport
import Testing

@Suite struct BundleTests {
  let made = try! TestBundle()

  @Test func itOpensAsItWasMade() throws {
    let (writer, description) = try made.assemble()
    let written = try writer.commit(description)
    let bundle = try Bundle.open(made.target)
    #expect(bundle.description == written)
    #expect(try written.digest == Digest(of: try TemporaryFolder.bytes(made.target.appending("bundle.json"))))
    #expect(
      bundle.description.files.map(\.name) == ["hashing.vme", "index.faiss", "items.sqlite", "preprocessing.npz"])
    #expect(bundle.description.sources[0].path == "../../data/texts")
    #expect(try bundle.items.items(rows: [3]) == [made.items[3]])
    #expect(try Bundle.faults(in: made.target).isEmpty)
  }

  @Test("the same inputs give the same bytes, and nothing of the machine gets in")
  func deterministic() throws {
    try made.export()
    let first = try TemporaryFolder.contents(of: made.target)
    try made.export()
    let areEqual = try TemporaryFolder.contents(of: made.target) == first
    #expect(areEqual)
    for (name, bytes) in first {
      #expect(
        !String(decoding: bytes, as: UTF8.self).contains(made.folder.path.string), "\(name) holds an absolute path")
    }
  }

  static let files = ["bundle.json", "hashing.vme", "index.faiss", "items.sqlite", "preprocessing.npz"]

  @Test("a changed byte in any file is refused with its name", arguments: files)
  func tampered(_ name: String) throws {
    try made.export()
    let path = made.target.appending(name)
    let sound = try TemporaryFolder.bytes(path)
    for place in [0, sound.count / 2, sound.count - 2] {
      var bytes = sound
      bytes[place] ^= 1
      try Data(bytes).write(to: URL(filePath: path.string))
      let error = #expect(throws: BundleError.self, "byte \(place)") { try Bundle.open(made.target) }
      #expect(error?.code == .damaged)
      #expect(error?.subject.hasSuffix(name) == true)
    }
    try Data(sound.dropLast()).write(to: URL(filePath: path.string))
    #expect(throws: BundleError.self) { try Bundle.open(made.target, verify: .sizes) }
    try FileManager.default.removeItem(atPath: path.string)
    #expect(throws: BundleError.self) { try Bundle.open(made.target, verify: .sizes) }
  }

  @Test func faultsNameEveryFile() throws {
    try made.export()
    for name in ["index.faiss", "items.sqlite"] {
      var bytes = try TemporaryFolder.bytes(made.target.appending(name))
      bytes[50] ^= 1
      try Data(bytes).write(to: URL(filePath: made.target.appending(name).string))
    }
    try Data().write(to: URL(filePath: made.target.appending("notes.txt").string))
    let faults = try Bundle.faults(in: made.target)
    #expect(faults.map { FilePath($0.subject).lastComponent?.string } == ["index.faiss", "items.sqlite", "notes.txt"])
  }

  @Test func whatIsNoBundleIsSaidSo() throws {
    let missing = #expect(throws: BundleError.self) { try Bundle.open(made.folder.path.appending("nothing")) }
    #expect(missing?.code == .missing)
    let empty = #expect(throws: BundleError.self) { try Bundle.open(try made.folder.folder("empty")) }
    #expect(empty?.code == .missing)
  }

  @Test func anotherVersionIsRefused() throws {
    let (writer, description) = try made.assemble()
    var other = description
    other.version = 2
    try writer.commit(other)
    let error = #expect(throws: BundleError.self) { try Bundle.open(made.target) }
    #expect(error?.code == .version)
  }

  @Test("a name that leads out of the bundle is refused", arguments: ["../escape", "/etc/passwd", "a/../../b"])
  func names(_ name: String) throws {
    let (writer, description) = try made.assemble()
    writer.add([CommittedFile(name: name, size: 0, digest: Digest(of: ""))])
    try writer.commit(description)
    #expect(throws: BundleError.self) { try Bundle.open(made.target) }
  }
}
