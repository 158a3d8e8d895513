import Artifacts
import Foundation
import Registries
import SystemPackage
import Testing

struct RegistryKeepingTests {
  private func reference(_ number: Int) -> RegistryReference {
    RegistryReference(name: "texts", selector: .number(number))
  }

  @Test func pruningKeepsAliasesPinsAndTheLast() throws {
    let test = try TestRegistry()
    try test.publish("a", "b", "c", "d", "e", "f")
    let registry = test.registry
    _ = try registry.promote(reference(1))
    _ = try registry.promote(reference(2), to: "challenger")
    _ = try registry.pin(reference(3))
    #expect(try registry.prunable("texts", keepingLast: 2).map(\.version) == ["texts@4"])
    #expect(try registry.prunable("texts", keepingLast: 2)[0].bytes > 0)
    #expect(try registry.prune("texts", keepingLast: 2).map(\.version) == ["texts@4"])
    #expect(try registry.prune("texts", keepingLast: 2).isEmpty)
    #expect(!FileManager.default.fileExists(atPath: test.path("versions/4").string))
    #expect(throws: RegistryError.self) { try registry.resolve(reference(4)) }
    #expect(throws: RegistryError.self) { try registry.promote(reference(4)) }
    #expect(try registry.record(of: reference(4)).number == 4)
    #expect(try registry.audit("texts").faults.isEmpty)
    // The same bytes, published anew, are a new version.
    #expect(try registry.publish(bundle: test.bundle("d"), as: "texts").version.number == 7)
  }

  /// The folder of a version that the history says is gone, as a pruning leaves it that dies.
  @Test func whatAPruningLeftGoesWithTheNext() throws {
    let test = try TestRegistry()
    try test.publish("a", "b", "c")
    _ = try test.registry.prune("texts", keepingLast: 2)
    let left = test.path("versions/1")
    try FileManager.default.createDirectory(atPath: left.appending("deeper").string, withIntermediateDirectories: true)
    _ = try test.registry.prune("texts", keepingLast: 2)
    #expect(!FileManager.default.fileExists(atPath: left.string))
  }

  /// What a publication left that died before its history line: the next one takes the number.
  @Test func whatAPublicationLeftIsReplaced() throws {
    let test = try TestRegistry()
    try test.publish("a")
    let left = test.path("versions/2")
    try FileManager.default.createDirectory(atPath: left.string, withIntermediateDirectories: true)
    try Data("half".utf8).write(to: URL(filePath: left.appending("index.faiss").string))
    try Data("{".utf8).write(to: URL(filePath: test.path("versions/2.json").string))
    #expect(try test.registry.versions(of: "texts").count == 1)
    try test.publish("b", alias: "champion")
    #expect(try test.champion() == 2)
    #expect(try test.registry.audit("texts").faults.isEmpty)
  }

  @Test func retiredVersionsArePassedOver() throws {
    let test = try TestRegistry()
    try test.publish("a", "b", "c", alias: "champion")
    #expect(throws: RegistryError.self) { try test.registry.retire(reference(3)) }
    _ = try test.registry.retire(reference(2), note: "damaged")
    #expect(throws: RegistryError.self) { try test.registry.promote(reference(2)) }
    #expect(try test.registry.rollBack("texts").to == 1)
    _ = try test.registry.unretire(reference(2))
    #expect(try test.registry.promote(reference(2)).to == 2)
  }

  @Test func anAliasTakenOffIsGone() throws {
    let test = try TestRegistry()
    try test.publish("a", "b", alias: "champion")
    try test.registry.remove(alias: "champion", of: "texts")
    #expect(try test.champion() == nil)
    #expect(throws: RegistryError.self) { try test.registry.rollBack("texts") }
  }

  @Test func aLinkDoesNotReplaceAFolder() throws {
    let test = try TestRegistry()
    try test.publish("a", alias: "champion")
    let (place, taken) = (test.folder.appending("current"), test.folder.appending("taken"))
    let manager = FileManager.default
    try test.registry.follow("texts", "champion", by: place)
    #expect(try test.registry.announce("texts").first?.fault == nil)
    // A place that a folder has is refused at once, and the link that was set before stays.
    try manager.createDirectory(atPath: taken.string, withIntermediateDirectories: true)
    #expect(throws: RegistryError.self) { try test.registry.follow("texts", "champion", by: taken) }
    #expect(try test.registry.state(of: "texts").links == ["champion": place.string])
    // One that came later is told, and the alias moves all the same.
    try manager.removeItem(atPath: place.string)
    try manager.createDirectory(atPath: place.string, withIntermediateDirectories: true)
    try test.publish("b", alias: "champion")
    let told = try test.registry.announce("texts")
    #expect(told.first?.fault?.contains("is no symbolic link") == true, "\(told)")
    #expect(try test.champion() == 2)
    try manager.removeItem(atPath: place.string)
    #expect(try test.registry.announce("texts").first?.fault == nil)
    #expect(try manager.destinationOfSymbolicLink(atPath: place.string).hasSuffix("versions/2"))
  }
}
