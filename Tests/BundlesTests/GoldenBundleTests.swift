import Bundles
import Embedders
import Foundation
import IndexFormats
import SystemPackage
import TestSupport
import Testing

/// The bundle of format version 1 in Golden/v1 is never made anew: what was exported once must stay usable.
@Suite struct GoldenBundleTests {
  static let golden = FilePath(#filePath).removingLastComponent().appending("Golden/v1")
  static let bundle = golden.appending("exports/bundle")

  @Test("a bundle of version 1 is sound, searched and shown")
  func opens() async throws {
    #expect(try Bundles.Bundle.faults(in: Self.bundle).isEmpty)
    let bundle = try Bundles.Bundle.open(Self.bundle)
    #expect(bundle.description.pipeline == "texts")
    #expect(bundle.description.embedder?.identity.kind == "hashing")
    #expect(bundle.description.sources.map(\.path) == ["../../data/texts"])
    let searcher = try BundleSearcher(bundle)
    let answer = try await searcher.search(
      .text("bread is baked from flour old number2"), options: .init(k: 3, condition: "topic = 2"))
    #expect(answer.allowed == 2)
    #expect(answer.hits[0].item.entry == "1002.txt")
    let shown = try searcher.show(answer.hits[0].item.id)
    #expect(String(decoding: shown.bytes, as: UTF8.self) == "bread is baked from flour old number2")
  }

  @Test("the same corpus is still exported to the same files")
  func bytes() throws {
    let made = try TestBundle(count: 8)
    try made.export()
    let now = try TemporaryFolder.contents(of: made.target)
    let then = try TemporaryFolder.contents(of: Self.bundle)
    #expect(now.keys.sorted() == then.keys.sorted())
    // Another release of SQLite may lay its pages out differently, and bundle.json holds that file's digest.
    for name in then.keys.sorted() where !["items.sqlite", "bundle.json"].contains(name) {
      #expect(now[name] == then[name], "\(name)")
    }
  }
}
