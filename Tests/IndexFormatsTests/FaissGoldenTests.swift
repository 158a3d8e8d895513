import Foundation
import IndexFormats
import SystemPackage
import Tensors
import TestSupport
import Testing
import VectorSearch

/// Files that Faiss 1.15.1 wrote, and its own answers to them (`Golden/faiss-1.15.1/make.py`): users bring such files.
@Suite struct FaissGoldenTests {
  private static let folder = FilePath(#filePath).removingLastComponent().appending("Golden/faiss-1.15.1")

  static let names: [String] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.string)) ?? []
    return names.filter { $0.hasSuffix(".faiss") }.map { String($0.dropLast(6)) }.sorted()
  }()

  private static func bytes(_ name: String) throws -> [UInt8] { try TemporaryFolder.bytes(folder.appending(name)) }

  @Test func allAreThere() { #expect(Self.names.count == 14) }

  @Test("answers are Faiss'", arguments: names, [false, true])
  func answers(name: String, mapped: Bool) throws {
    let index = try FaissReader.index(path: Self.folder.appending("\(name).faiss").string, mapped: mapped)
    let queries = try Matrix(numpyBytes: Self.bytes("queries.npy"))
    let wanted = try NumpyHeader.integers(in: Self.bytes("\(name).ids.npy"))
    let distances = try Matrix(numpyBytes: Self.bytes("\(name).distances.npy"))
    let found = try index.search(queries, k: 10)
    // Faiss rounds the tables of fast scan to bytes, ours are exact.
    let isExact = !name.contains("fs")
    let scale = distances.values.filter { $0 < 1e30 }.max()!
    var (others, gaps) = (0, Float(0))
    for place in wanted.indices {
      let gap = abs(found.distances[place] - distances.values[place])
      #expect(!isExact || wanted[place] < 0 || gap <= scale * 1e-4, "\(name) \(place): \(gap)")
      gaps += gap
      others += found.ids[place] == wanted[place] ? 0 : 1
    }
    #expect(gaps <= Float(wanted.count) * scale * 0.05, "\(name)")
    // Equal distances, which small codes have many of, may come in another order.
    let sets = (0..<queries.rows).map { Set(found[ids: $0]).intersection(wanted[$0 * 10..<$0 * 10 + 10]).count }
    #expect(Double(sets.reduce(0, +)) >= Double(wanted.count) * (isExact ? 0.97 : 0.8), "\(name): \(sets)")
    if name.contains("Flat") { #expect(others == 0, "\(name)") }
    if name.hasPrefix("IDMap2") { #expect(found.ids.allSatisfy { $0 >= 1000 && ($0 - 1000) % 7 == 0 }) }
  }
}
