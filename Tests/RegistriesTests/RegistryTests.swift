import Artifacts
import Bundles
import Foundation
import IndexFormats
import Registries
import SystemPackage
import Testing

struct RegistryTests {
  @Test func aVersionOwnsItsBytes() throws {
    let test = try TestRegistry()
    let bundle = try test.bundle("a")
    let published = try test.registry.publish(bundle: bundle, as: "texts", metrics: ["R@10": 0.91], alias: "champion")
    #expect(published.isNew && published.version.number == 1)
    try FileManager.default.removeItem(atPath: bundle.string)
    let version = try test.registry.resolve(RegistryReference("texts"))
    #expect(version == published.version)
    #expect(version.metrics == ["R@10": 0.91])
    let copy = try Bundle.open(version.folder)
    #expect(copy.items.count == copy.description.index.count)
    #expect(copy.origin.lastComponent == "bundle")
  }

  @Test func archivesAreFoundFromTheCopy() throws {
    let test = try TestRegistry()
    let version = try test.registry.publish(bundle: test.bundle(), as: "texts").version
    let searcher = try BundleSearcher(try Bundle.open(version.folder))
    let id = try searcher.bundle.items.ids()[0]
    #expect(try searcher.show(id).bytes.count > 0)
  }

  @Test func theSameBytesAreOneVersion() throws {
    let test = try TestRegistry()
    let first = try test.registry.publish(bundle: test.bundle("a"), as: "texts")
    let second = try test.registry.publish(bundle: test.bundle("a"), as: "texts", alias: "challenger")
    #expect(!second.isNew && second.version == first.version)
    #expect(try test.registry.history(of: "texts").events.map(\.event) == [.published, .promoted])
  }

  @Test func rollBackGoesFurtherAndFurther() throws {
    let test = try TestRegistry()
    try test.publish("a", "b", "c", "d", alias: "champion")
    #expect(try test.registry.rollBack("texts").to == 3)
    #expect(try test.registry.rollBack("texts").to == 2)
    _ = try test.registry.promote(RegistryReference("texts@4"))
    #expect(try test.registry.rollBack("texts").to == 2)
    #expect(try test.registry.rollBack("texts").to == 1)
    let error = #expect(throws: RegistryError.self) { try test.registry.rollBack("texts") }
    #expect(error?.code == .refused)
    #expect(try test.champion() == 1)
  }

  @Test func anAliasThatMovedIsTold() throws {
    let test = try TestRegistry()
    try test.publish("a", "b", alias: "champion")
    let error = #expect(throws: RegistryError.self) {
      try test.registry.promote(RegistryReference("texts@1"), expecting: .version(1))
    }
    #expect(error?.code == .moved)
    #expect("\(error!)" == "texts@champion: is texts@2 now, and was texts@1 when this began; look at it and try again")
  }

  @Test func unknownNamesAndVersionsAreNamed() throws {
    let test = try TestRegistry()
    try test.publish("a")
    for (reference, words) in [
      ("pictures", "it has texts"), ("texts@2", "the last is texts@1"), ("texts", "no version was promoted yet"),
    ] {
      let error = #expect(throws: RegistryError.self) { try test.registry.resolve(RegistryReference(reference)) }
      #expect(error?.code == .missing)
      #expect("\(error!)".contains(words), "\(error!)")
    }
  }
}
