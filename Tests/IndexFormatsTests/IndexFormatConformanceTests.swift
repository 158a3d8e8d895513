import Artifacts
import Foundation
import IndexFormats
import SystemPackage
import Tensors
import TestSupport
import Testing

/// What every export format must keep, run over each.
@Suite("IndexFormat conformance")
struct IndexFormatConformanceTests {
  static let names = IndexFormatCatalog.all.map(\.name)
  static let dimension = 5

  let folder = try! TemporaryFolder()

  @Test func namesAreUniqueAndFound() {
    #expect(Set(Self.names).count == Self.names.count)
    for name in Self.names { #expect(IndexFormatCatalog.format(named: name)?.name == name) }
    #expect(IndexFormatCatalog.format(named: "nothing") == nil)
  }

  @Test("the same rows give the same bytes, however they are cut", arguments: names)
  func shardsDoNotMatter(_ name: String) throws {
    var results: [[String: [UInt8]]] = []
    for size in [1000, 100, 7] {
      let place = try self.folder.folder("\(name)-\(size)")
      let files = try export(name, rows: 300, shardSize: size, to: place)
      let contents = try TemporaryFolder.contents(of: place)
      #expect(
        files.map(\.name) == contents.keys.sorted(), "every file is listed, in order, and nothing else lies there")
      for file in files {
        let bytes = try #require(contents[file.name])
        #expect(file.size == bytes.count)
        #expect(file.digest == Digest(of: bytes))
      }
      results.append(contents)
    }
    let areEqual = results.allSatisfy { $0 == results[0] }
    #expect(areEqual)
  }

  @Test("an export of no rows is made and closed", arguments: names)
  func empty(_ name: String) throws {
    let files = try export(name, rows: 0, shardSize: 10, to: try folder.folder(name))
    #expect(!files.isEmpty)
  }

  @Test("rows are held against what was announced", arguments: names)
  func announcedRows(_ name: String) throws {
    let format = try #require(IndexFormatCatalog.format(named: name))
    guard format.needs != .index else { return }
    let items = Samples.items(10)
    let shard = ExportShard(items: items, vectors: Samples.vectors(10, dimension: Self.dimension))
    #expect(throws: IndexFormatError.self) {
      try format.begin(in: try folder.folder("more"), schema: schema(rows: 9, items)).append(shard)
    }
    let fewer = try format.begin(in: try folder.folder("fewer"), schema: schema(rows: 11, items))
    try fewer.append(shard)
    #expect(throws: IndexFormatError.self) { try fewer.finish() }
    #expect(
      try TemporaryFolder.contents(of: try folder.folder("fewer")).keys.allSatisfy {
        $0.hasSuffix(".tmp") || name == "sqlite"
      })
  }

  @Test("vectors of another width or number are refused", arguments: names)
  func wrongVectors(_ name: String) throws {
    let format = try #require(IndexFormatCatalog.format(named: name))
    guard format.needs.contains(.vectors) else { return }
    let items = Samples.items(10)
    for (rows, columns) in [(10, 4), (9, 5)] {
      let writer = try format.begin(in: try folder.folder("w\(rows)"), schema: schema(rows: 10, items))
      #expect(throws: IndexFormatError.self) {
        try writer.append(ExportShard(items: items, vectors: Samples.vectors(rows, dimension: columns)))
      }
    }
    #expect(throws: IndexFormatError.self) {
      try format.begin(in: try folder.folder("none"), schema: ExportSchema(rows: 1, dimension: 0))
    }
  }

  @Test("a folder that is not there is an error", arguments: names)
  func missingFolder(_ name: String) throws {
    let format = try #require(IndexFormatCatalog.format(named: name))
    #expect(throws: (any Error).self) {
      try format.begin(in: folder.path.appending("absent"), schema: schema(rows: 1, Samples.items(1)))
    }
  }

  private func schema(rows: Int, _ items: [Item]) throws -> ExportSchema {
    let index = folder.path.appending("built")
    try Data("IxFI built elsewhere".utf8).write(to: URL(filePath: index.string))
    return ExportSchema(
      rows: rows, dimension: Self.dimension, fields: try Samples.fieldSurvey(items), index: index)
  }

  private func export(_ name: String, rows: Int, shardSize: Int, to place: FilePath) throws -> [CommittedFile] {
    let format = try #require(IndexFormatCatalog.format(named: name))
    let items = Samples.items(rows)
    let vectors = Samples.vectors(rows, dimension: Self.dimension)
    let writer = try format.begin(in: place, schema: try schema(rows: rows, items))
    for start in stride(from: 0, to: rows, by: shardSize) {
      let range = start..<min(rows, start + shardSize)
      try writer.append(ExportShard(items: Array(items[range]), vectors: vectors[rows: range]))
    }
    return try writer.finish()
  }
}
