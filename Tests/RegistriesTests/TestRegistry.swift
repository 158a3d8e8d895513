import Artifacts
import Bundles
import Foundation
import Registries
import Synchronization
import SystemPackage
import Testing

/// A registry in a temporary folder with a clock of its own, and bundles to publish: the golden one, and others made from it.
final class TestRegistry {
  let folder: FilePath
  let registry: Registry

  init() throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "vecmill-registry-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    folder = FilePath(url.path)
    let ticks = Mutex(0)
    let author = RegistryAuthor(by: "ann@mill") {
      ticks.withLock { tick in
        tick += 1
        return "2026-11-24T02:15:\(tick < 10 ? "0" : "")\(tick).000Z"
      }
    }
    registry = Registry(folder: folder.appending("registry"), author: author)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder.string) }

  static let golden = FilePath(#filePath).removingLastComponent().removingLastComponent().appending("BundlesTests/Golden/v1")

  /// A copy of the golden bundle beside its texts; with a mark, one of another digest.
  func bundle(_ mark: String? = nil) throws -> FilePath {
    let place = folder.appending("exports-\(mark ?? "")")
    if !FileManager.default.fileExists(atPath: place.string) {
      try FileManager.default.copyItem(atPath: Self.golden.string, toPath: place.string)
    }
    let bundle = place.appending("exports/bundle")
    if let mark {
      var description = try Bundle.describe(bundle)
      description.pipeline = "texts-\(mark)"
      try DurableFile.commit(SealedJSON.bytes(of: description), at: bundle.appending(BundleDescription.fileName))
    }
    return bundle
  }

  /// Publishes bundles of these marks as versions 1, 2, … of "texts".
  func publish(_ marks: String..., alias: String? = nil) throws {
    for mark in marks { _ = try registry.publish(bundle: bundle(mark), as: "texts", alias: alias) }
  }

  func path(_ file: String) -> FilePath { folder.appending("registry/texts").pushing(FilePath(file)) }

  func champion() throws -> Int? { try registry.version(of: "texts")?.number }
}
