import Artifacts
import Foundation
import Registries
import SystemPackage
import Testing

/// The registry's format on disk, version 1: what an earlier program wrote is read, and the same acts leave the same bytes.
struct GoldenRegistryTests {
  static let golden = FilePath(#filePath).removingLastComponent().appending("Golden/v1")

  /// What the golden folder is the trace of.
  private func act(_ test: TestRegistry) throws {
    let registry = test.registry
    let one = RegistryReference(name: "texts", selector: .number(1))
    var lineage = RegistryLineage()
    lineage.pipeline = "texts"
    lineage.parameters = ["to": "out/texts", "key": "***"]
    lineage.inputs = [.init(name: "texts", size: 4096, digest: Digest(of: "texts"), items: 8)]
    _ = try registry.publish(
      bundle: test.bundle("a"), as: "texts", metrics: ["R@10": 0.875], lineage: lineage, alias: "champion", note: "first")
    _ = try registry.publish(bundle: test.bundle("b"), as: "texts", alias: "challenger")
    try registry.follow("texts", "champion", byRunning: "true")
    _ = try registry.promote(RegistryReference("texts@challenger"), expecting: .version(1))
    _ = try registry.announce("texts")
    _ = try registry.pin(one)
    _ = try registry.rollBack("texts", note: "worse")
    try registry.remove(alias: "challenger", of: "texts")
    _ = try registry.retire(RegistryReference("texts@2"))
    _ = try registry.prune("texts", keepingLast: 1)
  }

  @Test func whatWasWrittenThenIsRead() throws {
    let registry = Registry(folder: Self.golden)
    #expect(try registry.names() == ["texts"])
    let state = try registry.state(of: "texts")
    #expect(state.aliases == ["champion": 1] && state.latest == 2 && state.pinned == [1] && state.retired == [2])
    #expect(state.freed == [2] && state.hooks == ["champion": "true"] && state.unannounced == ["champion"])
    let version = try registry.resolve(RegistryReference("texts"))
    #expect(version.number == 1 && version.metrics == ["R@10": 0.875] && version.lineage.inputs[0].items == 8)
    let events = try registry.history(of: "texts").events
    #expect(events.count == 12 && events[0].note == "first" && events.last?.event == .freed)
    #expect(try registry.audit("texts").faults.isEmpty)
  }

  @Test func theSameActsLeaveTheSameBytes() throws {
    let test = try TestRegistry()
    try act(test)
    for name in ["aliases.json", "history.jsonl", "versions/1.json", "versions/2.json"] {
      let golden = try String(contentsOfFile: Self.golden.appending("texts").pushing(FilePath(name)).string, encoding: .utf8)
      #expect(try String(contentsOfFile: test.path(name).string, encoding: .utf8) == golden, "\(name)")
    }
  }
}
