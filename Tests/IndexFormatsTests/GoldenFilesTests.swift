import Artifacts
import Foundation
import IndexFormats
import SystemPackage
import Tensors
import TestSupport
import Testing

/// The files of format version 1 lie in Golden/v1 and are never made anew: what was written once must stay readable,
/// and the same rows must still give the same bytes.
@Suite struct GoldenFilesTests {
  static let golden = FilePath(#filePath).removingLastComponent().appending("Golden/v1")
  static let items = Samples.items(12)
  static let vectors = Samples.vectors(12, dimension: 3)
  static let archives = ["a0", "a1", "a2"].map {
    ItemArchive(name: "\($0).tar", path: "../data/\($0).tar", size: 7, digest: Digest(of: $0))
  }

  static func write(to folder: FilePath) throws {
    let schema = ExportSchema(rows: 12, dimension: 3, fields: try Samples.fieldSurvey(items))
    let formats: [any IndexFormat] = [
      ItemStoreFormat(archives: archives), ParquetFormat(), ClipRetrievalFormat(), RawVectors(.fvecs),
      RawVectors(.fbin),
    ]
    for format in formats {
      let writer = try format.begin(in: folder, schema: schema)
      try writer.append(ExportShard(items: items, vectors: vectors))
      _ = try writer.finish()
    }
    try Data(PreprocessingTests.chain.archive.bytes)
      .write(to: URL(filePath: folder.appending(Preprocessing.fileName).string))
  }

  @Test("the same rows give the bytes of version 1")
  func bytes() throws {
    let folder = try TemporaryFolder()
    try Self.write(to: folder.path)
    var (now, then) = (try TemporaryFolder.contents(of: folder.path), try TemporaryFolder.contents(of: Self.golden))
    // Another release of SQLite may lay its pages out differently.
    (now["items.sqlite"], then["items.sqlite"]) = (nil, nil)
    #expect(now.keys.sorted() == then.keys.sorted())
    for name in then.keys.sorted() { #expect(now[name] == then[name], "\(name)") }
  }

  @Test("items.sqlite of version 1 is read")
  func items() throws {
    let store = try ItemStore(Self.golden.appending("items.sqlite"))
    #expect(try store.items(rows: Array(0..<12)) == Self.items)
    #expect(try store.archives() == Array(Self.archives.prefix(1)))
    #expect(store.fields.map(\.column).sorted() == ["class", "field_width", "label", "public", "score"])
    #expect(try store.matches(ItemCondition("class = 'cat' AND score = 0.5")).map(\.row) == [0, 4, 8])
  }

  @Test("preprocessing.npz of version 1 is read")
  func preprocessing() throws {
    let bytes = try TemporaryFolder.bytes(Self.golden.appending(Preprocessing.fileName))
    #expect(try Preprocessing(try NumpyArchive(parsing: bytes, subject: "golden")) == PreprocessingTests.chain)
  }
}
