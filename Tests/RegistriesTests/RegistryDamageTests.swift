import Artifacts
import Foundation
import Registries
import SystemPackage
import Testing

/// What crashes leave is healed, what somebody changed is found.
struct RegistryDamageTests {
  private func text(_ path: FilePath) throws -> String { try String(contentsOfFile: path.string, encoding: .utf8) }

  private func write(_ text: String, _ path: FilePath) throws {
    try Data(text.utf8).write(to: URL(filePath: path.string))
  }

  @Test func aTornLineIsNoLine() throws {
    for rest in ["{\"event\":\"prom", "\n", "{}\n{}\n{\"x"] {
      let test = try TestRegistry()
      try test.publish("a", "b", alias: "champion")
      let history = test.path("history.jsonl")
      try write(try text(history) + rest, history)
      #expect(try test.champion() == 2)
      #expect(try test.registry.history(of: "texts").events.count == 4)
      let audit = try test.registry.audit("texts")
      #expect(audit.faults.isEmpty && audit.notes.count == 1, "\(audit)")
      _ = try test.registry.pin(RegistryReference("texts@1"))
      #expect(try test.registry.audit("texts").notes.isEmpty)
      #expect(try test.registry.history(of: "texts").events.count == 5)
    }
  }

  @Test func withoutAliasesTheHistoryTells() throws {
    let test = try TestRegistry()
    try test.publish("a", "b", alias: "champion")
    _ = try test.registry.pin(RegistryReference("texts@1"))
    let state = try test.registry.state(of: "texts")
    try FileManager.default.removeItem(atPath: test.path("aliases.json").string)
    #expect(try test.registry.state(of: "texts") == state)
    _ = try test.registry.unpin(RegistryReference("texts@1"))
    #expect(try test.registry.audit("texts").faults.isEmpty)
    #expect(try test.champion() == 2)
  }

  /// Every byte of the history, one after the other.
  @Test func anyChangedByteOfTheHistoryIsFound() throws {
    let test = try TestRegistry()
    try test.publish("a", "b", alias: "champion")
    let path = test.path("history.jsonl")
    let good = try Data(contentsOf: URL(filePath: path.string))
    for place in good.indices {
      var bad = good
      bad[place] ^= 1
      try bad.write(to: URL(filePath: path.string))
      #expect(throws: CorruptFile.self, "byte \(place)") { try test.registry.history(of: "texts") }
    }
    // Nothing is built on it.
    #expect(throws: CorruptFile.self) { try test.registry.promote(RegistryReference("texts@1")) }
    #expect(try !test.registry.audit("texts").faults.isEmpty)
    try good.write(to: URL(filePath: path.string))
    #expect(try test.registry.audit("texts").faults.isEmpty)
  }

  /// Lines that follow from those before, as only somebody writes them who wants to do harm: a registry may refuse them, not fall.
  @Test(arguments: [
    #"{"event":"promoted","version":1"#, #"{"event":"promoted","alias":"champion""#, #"{"event":"published""#,
    #"{"event":"pinned","alias":"champion""#, #"{"event":"linked","note":"/x""#, #"{"event":"announced","version":1"#,
  ])
  func anEventWithoutWhatItNeedsIsRefused(_ beginning: String) throws {
    let test = try TestRegistry()
    try test.publish("a", alias: "champion")
    let path = test.path("history.jsonl")
    let state = try test.registry.state(of: "texts")
    let good = try text(path)
    try FileManager.default.removeItem(atPath: test.path("aliases.json").string)
    let forged = #"\#(beginning),"line":\#(state.head.lines + 1),"previous":"\#(state.head.digest.hex)","by":"x","time":"y"}"#
    let after =
      #"{"event":"pinned","version":1,"line":\#(state.head.lines + 2),"previous":"\#(Digest(of: Array(forged.utf8)).hex)","by":"x","time":"y"}"#
    // At the end it is what a power cut may have left; before another line it is damage.
    try write(good + forged + "\n", path)
    #expect(try test.registry.state(of: "texts") == state)
    try write(good + forged + "\n" + after + "\n", path)
    #expect(throws: CorruptFile.self) { try test.registry.state(of: "texts") }
  }

  /// A roll-back that nothing was promoted before leaves nothing to go back to.
  @Test func aRollBackBeforeAnyPromotionIsBorne() throws {
    let test = try TestRegistry()
    try test.publish("a", alias: nil)
    let path = test.path("history.jsonl")
    let state = try test.registry.state(of: "texts")
    try FileManager.default.removeItem(atPath: test.path("aliases.json").string)
    let line =
      #"{"event":"rolled-back","alias":"champion","version":1,"line":\#(state.head.lines + 1),"previous":"\#(state.head.digest.hex)","by":"x","time":"y"}"#
    try write(text(path) + line + "\n", path)
    #expect(try test.registry.history(of: "texts").trail(of: "champion").isEmpty)
  }

  @Test func linesTakenOutOrCutOffAreFound() throws {
    let test = try TestRegistry()
    try test.publish("a", "b", "c", alias: "champion")
    let path = test.path("history.jsonl")
    let lines = try text(path).split(separator: "\n").map { $0 + "\n" }
    for left in [lines.dropLast().joined(), lines.dropFirst().joined(), (lines[..<2] + lines[3...]).joined()] {
      try write(left, path)
      #expect(try !test.registry.audit("texts").faults.isEmpty)
      #expect(throws: CorruptFile.self) { try test.registry.history(of: "texts") }
    }
  }

  @Test(arguments: ["aliases.json", "versions/1.json", "versions/1/index.faiss", "versions/1/bundle.json"])
  func changedFilesAreFound(file: String) throws {
    let test = try TestRegistry()
    try test.publish("a", alias: "champion")
    let path = test.path(file)
    var bytes = try Data(contentsOf: URL(filePath: path.string))
    bytes[bytes.count / 2] ^= 4
    try bytes.write(to: URL(filePath: path.string))
    #expect(try !test.registry.audit("texts").faults.isEmpty)
  }

  /// A document that is sealed anew is still not the one that the history tells of.
  @Test func aForgedDocumentIsFound() throws {
    let test = try TestRegistry()
    try test.publish("a", alias: "champion")
    var document = try test.registry.resolve(RegistryReference("texts")).document
    document.metrics["R@10"] = 1
    try DurableFile.commit(SealedJSON.bytes(of: document), at: test.path("versions/1.json"))
    let faults = try test.registry.audit("texts").faults
    #expect(faults.map(\.reason) == ["it is not the document that the history tells of"])
  }
}
