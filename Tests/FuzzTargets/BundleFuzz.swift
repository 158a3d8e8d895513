import Artifacts
import Bundles
import Foundation
import IndexFormats
import SystemPackage
import Tensors
import VectorSearch

/// A bundle with one file replaced and the digests made right: whoever can write all of it can say anything.
enum BundleFuzz {
  static let golden = "Tests/BundlesTests/Golden/v1/exports/bundle"
  private static let names = ["bundle.json", "index.faiss", "items.sqlite", "preprocessing.npz", "hashing.vme"]

  static func run(_ bytes: [UInt8], in scratch: FuzzFolder) throws {
    guard let first = bytes.first else { return }
    try fill(scratch, replacing: names[Int(first) % names.count], by: Array(bytes.dropFirst()))
    let path = FilePath(scratch.path)
    _ = try? Bundle.faults(in: path)
    guard let bundle = try? Bundle.open(path), let searcher = try? BundleSearcher(bundle) else { return }
    _ = try? bundle.items.archives()
    let ids = (try? bundle.items.ids()) ?? []
    for id in ids.prefix(10) { _ = try? searcher.show(id) }
    let columns = bundle.description.index.dimension
    let query = Matrix(rows: 1, columns: columns, values: (0..<columns).map { Float($0 % 7) - 3 })
    var options = BundleSearchOptions()
    options.k = 3
    options.threads = 1
    guard let found = try? searcher.batch(query, options: options) else { return }
    _ = try? bundle.items.items(ids: Array(found.result[ids: 0]))
    options.condition = "ordinal >= 0"
    _ = try? searcher.batch(query, options: options)
  }

  private static func fill(_ scratch: FuzzFolder, replacing name: String, by bytes: [UInt8]) throws {
    var description = try FuzzFixtures.bytes(golden + "/bundle.json")
    if name == "bundle.json" {
      description = StateFuzz.sealed(bytes)
    } else {
      let old = try FuzzFixtures.bytes(golden + "/" + name)
      let text = String(decoding: StateFuzz.unsealed(description), as: UTF8.self)
        .replacingOccurrences(of: Digest(of: old).hex, with: Digest(of: bytes).hex)
        .replacingOccurrences(of: "\"\(name)\",\"size\":\(old.count)", with: "\"\(name)\",\"size\":\(bytes.count)")
      description = StateFuzz.sealed(Array(text.utf8))
    }
    for other in names.dropFirst() {
      _ = try scratch.write(other, other == name ? bytes : FuzzFixtures.bytes(golden + "/" + other))
    }
    _ = try scratch.write("bundle.json", description)
  }

  static func examples() throws -> [[UInt8]] {
    try names.enumerated().map { number, name in
      let bytes = try FuzzFixtures.bytes(golden + "/" + name)
      return [UInt8(number)] + (name == "bundle.json" ? StateFuzz.unsealed(bytes) : bytes)
    }
  }
}
