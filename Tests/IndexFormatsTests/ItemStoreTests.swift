import Artifacts
import Foundation
import GRDB
import IndexFormats
import SystemPackage
import TestSupport
import Testing

@Suite struct ItemStoreTests {
  let folder = try! TemporaryFolder()
  var path: FilePath { folder.path.appending("items.sqlite") }

  private func write(_ items: [Item], archives: [ItemArchive] = []) throws -> ItemStore {
    let writer = try ItemStoreWriter(path)
    try writer.append(items)
    try writer.finish(archives: archives)
    return try ItemStore(path)
  }

  @Test func itemsComeBackAsTheyWent() throws {
    let items = Samples.items(500)
    let store = try write(items)
    #expect(store.count == 500)
    #expect(try store.items(ids: items.map(\.id)) == items)
    #expect(try store.items(rows: [3, 499, 500]) == [items[3], items[499], nil])
    #expect(try store.rows(ids: [items[7].id, -1]) == [7, nil])
    #expect(try store.ids() == items.map(\.id))
  }

  /// Found by hand: a text in a column of numbers ended the program.
  @Test(arguments: [
    "UPDATE items SET size = 'many' WHERE row = 1",
    "UPDATE archives SET size = 'many'", "INSERT INTO fields VALUES ('a', 'a', 'text', 'many')",
    "DROP TABLE items; CREATE TABLE items (row INTEGER PRIMARY KEY, id INTEGER); CREATE UNIQUE INDEX items_id ON items (id)",
  ])
  func valuesOfOtherTypesAreRefused(_ change: String) throws {
    let archive = ItemArchive(name: "a0.tar", path: "../a0.tar", size: 3, digest: Digest(of: "a"))
    _ = try write(Samples.items(3).map(Self.inFirstArchive), archives: [archive])
    try DatabaseQueue(path: path.string).write { try $0.execute(sql: change) }
    #expect(throws: IndexFormatError.self) {
      let store = try ItemStore(path)
      _ = try store.items(rows: [0, 1, 2])
      _ = try store.archives()
    }
  }

  /// Found by `faults.py`: SQLite alone says that it cannot open the file, whether the disk is full or its folder is gone.
  @Test func theSystemsReasonIsTold() throws {
    let lost = folder.path.appending("gone").appending("items.sqlite")
    #expect(throws: DiskError(.create, lost, .noSuchFileOrDirectory)) { try ItemStoreWriter(lost) }
    _ = try write(Samples.items(1))
    #expect(throws: DiskError(.create, path, .fileExists)) { try ItemStoreWriter(path) }
  }

  private static func inFirstArchive(_ item: Item) -> Item {
    var item = item
    item.archive = "a0.tar"
    return item
  }

  @Test func archivesComeBackByName() throws {
    let archives = ["b.tar", "a2.tar", "a1.tar", "a0.tar"].map {
      ItemArchive(name: $0, path: "../\($0)", size: 3, digest: Digest(of: $0))
    }
    #expect(try write(Samples.items(3), archives: archives).archives() == archives.reversed())
    try FileManager.default.removeItem(atPath: path.string)
    #expect(throws: IndexFormatError.self) { try write(Samples.items(3), archives: Array(archives.prefix(2))) }
  }

  @Test func sidecarFieldsAreColumns() throws {
    let store = try write(Samples.items(40))
    #expect(store.fields.map(\.column).sorted() == ["class", "field_width", "label", "public", "score"])
    #expect(try store.matches(ItemCondition("class = 'cat' AND width > 90")).map(\.row) == [28, 32, 36])
    #expect(try store.matches(ItemCondition(#"class = 'it''s "quoted"'"#)).count == 10)
    #expect(try store.matches(ItemCondition("field_width = 8")).map(\.row) == [8])
    #expect(try store.matches(ItemCondition("public")).count == 10)
    #expect(try store.matches(ItemCondition("score > 30")).map(\.row) == [33, 37])
    #expect(try store.matches(ItemCondition("fields->>'$.tags[0]' = 'x'")).count == 10)
    #expect(try store.matches(ItemCondition("1 = 2")).isEmpty)
  }

  @Test func twoItemsOfOneIDAreRefused() throws {
    var items = Samples.items(3)
    items[2].id = items[0].id
    let error = #expect(throws: IndexFormatError.self) { try write(items) }
    #expect(
      error?.description
        == "id \(items[0].id): two items have it: \(items[0].archive)/\(items[0].entry) and \(items[2].archive)/\(items[2].entry)"
    )
  }

  @Test func theSameItemsGiveTheSameBytes() throws {
    _ = try write(Samples.items(2000))
    let first = try TemporaryFolder.bytes(path)
    try FileManager.default.removeItem(atPath: path.string)
    let writer = try ItemStoreWriter(path)
    for item in Samples.items(2000) { try writer.append([item]) }
    try writer.finish(archives: [])
    let areEqual = try TemporaryFolder.bytes(path) == first
    #expect(areEqual)
  }

  @Test("a file of another kind or version is refused")
  func otherFiles() throws {
    _ = try write(Samples.items(3))
    var bytes = try TemporaryFolder.bytes(path)
    bytes[63] = 9
    try Data(bytes).write(to: URL(filePath: path.string))
    #expect(throws: IndexFormatError(.invalid, path.string, "format version 9; this program reads 1")) {
      try ItemStore(path)
    }
    try Data("hello, this is not SQLite, though it is long enough".utf8).write(to: URL(filePath: path.string))
    #expect(throws: IndexFormatError.self) { try ItemStore(path) }
    #expect(throws: IndexFormatError.self) { try ItemStore(folder.path.appending("absent")) }
  }

  @Test("views and triggers of strangers are refused")
  func foreignSchema() throws {
    for sql in ["CREATE VIEW v AS SELECT 1", "CREATE TABLE t (x)", "CREATE INDEX i ON items (size)"] {
      _ = try write(Samples.items(3))
      guard let shell = try? Peer.run("sqlite3", path.string, sql), shell.status == 0 else { return }
      #expect(throws: IndexFormatError.self) { try ItemStore(path) }
      try FileManager.default.removeItem(atPath: path.string)
    }
  }

  @Test("the sqlite3 shell and Python read it")
  func others() throws {
    _ = try write(Samples.items(40))
    let question = "SELECT count(*), sum(id) FROM items WHERE class = 'cat'"
    let ids = Samples.items(40).enumerated().filter { $0.offset % 4 == 0 }.reduce(0) { $0 + $1.element.id }
    if let shell = try? Peer.run("sqlite3", path.string, "PRAGMA integrity_check; \(question)"), shell.status != 127 {
      #expect(shell.output == "ok\n10|\(ids)\n")
    }
    guard let python = Peer.python(with: "sqlite3") else { return }
    let script = "import sqlite3,sys; print(*sqlite3.connect(sys.argv[1]).execute(sys.argv[2]).fetchone())"
    #expect(try Peer.run(python, "-c", script, path.string, question).output == "10 \(ids)\n")
  }
}
