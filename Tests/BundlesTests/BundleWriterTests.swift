import Artifacts
import Bundles
import Foundation
import IndexFormats
import SystemPackage
import TestSupport
import Testing

@Suite struct BundleWriterTests {
  let made = try! TestBundle()
  var siblings: [String] {
    get throws {
      try FileManager.default.contentsOfDirectory(atPath: made.target.removingLastComponent().string).sorted()
    }
  }

  @Test func nothingIsLeftBesideTheBundle() throws {
    try made.export()
    try made.export()
    #expect(try siblings == ["bundle"])
  }

  @Test("an export that fails leaves the old bundle")
  func failure() throws {
    try made.export()
    let before = try TemporaryFolder.contents(of: made.target)
    do {
      let (writer, _) = try made.assemble(type: "Flat")
      #expect(try siblings.count == 2)
      _ = writer
    }
    #expect(try siblings == ["bundle"])
    let areEqual = try TemporaryFolder.contents(of: made.target) == before
    #expect(areEqual)
  }

  @Test("what a killed export left is removed, what a living one works on is not")
  func leftovers() throws {
    let dead = try made.folder.folder("out/.bundle.abc123.export/img_emb")
    try Data("x".utf8).write(to: URL(filePath: dead.appending("x").string))
    _ = try made.folder.folder("out/.other.abc123.export")
    let (living, description) = try made.assemble()
    #expect(
      try siblings
        == [".bundle", ".other"].map { name in
          name == ".other" ? ".other.abc123.export" : living.folder.lastComponent!.string
        }.sorted())
    let second = try BundleWriter(at: made.target)
    #expect(FileManager.default.fileExists(atPath: living.folder.string))
    _ = second
    try living.commit(description)
    #expect(try Bundle.faults(in: made.target).isEmpty)
  }

  @Test("what is not a bundle is never replaced")
  func occupied() throws {
    let target = try made.folder.folder("out/bundle")
    #expect(throws: Never.self) { try made.export() }
    try Data().write(to: URL(filePath: target.appending("notes.txt").string))
    var error = #expect(throws: BundleError.self) { try BundleWriter(at: target) }
    #expect(error?.code == .occupied)
    #expect(error?.subject.hasSuffix("notes.txt") == true)
    try FileManager.default.removeItem(atPath: target.appending("notes.txt").string)
    try FileManager.default.removeItem(atPath: target.appending("bundle.json").string)
    error = #expect(throws: BundleError.self) { try BundleWriter(at: target) }
    #expect(error?.code == .occupied)
    let file = made.folder.path.appending("file")
    try Data().write(to: URL(filePath: file.string))
    #expect(throws: BundleError.self) { try BundleWriter(at: file) }
    for name in ["/", ".", "..", ""] { #expect(throws: BundleError.self) { try BundleWriter(at: FilePath(name)) } }
  }

  @Test("a bundle of other files that appears meanwhile is not thrown away")
  func occupiedMeanwhile() throws {
    let (writer, description) = try made.assemble()
    let folder = try made.folder.folder("out/bundle")
    try Data().write(to: URL(filePath: folder.appending("mine").string))
    #expect(throws: BundleError.self) { try writer.commit(description) }
    #expect(FileManager.default.fileExists(atPath: folder.appending("mine").string))
  }

  @Test func archivesAreNamedFromTheBundle() throws {
    let writer = try BundleWriter(at: made.folder.path.appending("a/b/c"))
    #expect(try writer.relativePath(of: made.archive) == "../../../data/texts")
    // Links on the way are resolved, so that `..` means the same to us and to the kernel.
    try FileManager.default.createSymbolicLink(
      atPath: made.folder.path.appending("link").string, withDestinationPath: made.folder.path.appending("a/b").string)
    let linked = try BundleWriter(at: made.folder.path.appending("link/d"))
    #expect(try linked.relativePath(of: made.archive) == "../../../data/texts")
  }

  @Test("exports to one place at a time leave one of them, and nothing else", .timeLimit(.minutes(10)))
  func concurrentExports() async throws {
    let made = made
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask { for _ in 0..<15 { try made.export() } }
      }
      try await group.waitForAll()
    }
    #expect(try siblings == ["bundle"])
    #expect(try Bundle.faults(in: made.target).isEmpty)
  }

  @Test("readers see the old bundle or the new one, never a mixture, while exports replace it", .timeLimit(.minutes(10)))
  func swapUnderReaders() async throws {
    let other = try TestBundle(count: 24, word: "new")
    try made.export()
    let target = made.target
    try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<3 {
        group.addTask {
          var opened = 0
          while !Task.isCancelled && opened < 400 {
            let bundle = try Bundle.open(target)
            #expect([24, 40].contains(bundle.description.index.count))
            #expect(bundle.items.count == bundle.description.index.count)
            _ = try BundleSearcher(bundle)
            opened += 1
          }
          return opened
        }
      }
      for round in 0..<60 {
        let source = round % 2 == 0 ? other : made
        let (assembled, description) = try source.assemble()
        let writer = try BundleWriter(at: target)
        for file in try FileManager.default.contentsOfDirectory(atPath: assembled.folder.string) {
          let path = assembled.folder.appending(file)
          let (size, digest) = try Digest.ofFile(at: path)
          try FileManager.default.copyItem(atPath: path.string, toPath: writer.folder.appending(file).string)
          writer.add([CommittedFile(name: file, size: size, digest: digest)])
        }
        try writer.commit(description)
      }
      for try await opened in group { #expect(opened > 0) }
    }
    #expect(try siblings == ["bundle"])
  }
}
