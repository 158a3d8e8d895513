import Bundles
import Embedders
import Foundation
import IndexFormats
import Testing

@Suite struct BundledEmbedderTests {
  let made = try! TestBundle(count: 8)

  private func fault(_ change: (inout BundledEmbedder) -> Void) async throws -> BundleError? {
    let (writer, description) = try made.assemble()
    var changed = description
    change(&changed.embedder!)
    try writer.commit(changed)
    let bundle = try Bundles.Bundle.open(made.target)
    return await #expect(throws: BundleError.self) { try await BundleSearcher(bundle).search(.text("x")) }
  }

  @Test("an embedder that the program lacks, or that is not the one told, is refused")
  func refused() async throws {
    #expect(try await fault { $0.identity.kind = "quantum" }?.code == .version)
    #expect(try await fault { $0.state = nil }?.code == .damaged)
    #expect(try await fault { $0.identity.version = "0" }?.reason.contains("they cannot be compared") == true)
    #expect(try await fault { $0.identity.kind = "command" }?.code == .damaged)
  }

  @Test("a state file that the bundle does not list is refused when it is opened")
  func unlistedState() throws {
    let (writer, description) = try made.assemble()
    var changed = description
    changed.embedder!.state = "other.vme"
    try writer.commit(changed)
    #expect(throws: BundleError.self) { try Bundles.Bundle.open(made.target) }
  }

  @Test func fieldsOfEveryKindAreEncoded() throws {
    var item = made.items[0]
    let fields = #"{"a":[1,2.5,null,{"b":true}],"n":null,"s":"x \"y\""}"#
    item.fields = fields
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(SearchHit(rank: 1, score: 0.5, item: item)), as: UTF8.self)
    #expect(text.contains("\"fields\":\(fields)"), "\(text)")
  }
}
