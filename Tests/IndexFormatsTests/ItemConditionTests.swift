import Foundation
import IndexFormats
import SystemPackage
import TestSupport
import Testing

@Suite struct ItemConditionTests {
  let folder = try! TemporaryFolder()
  let store: ItemStore

  init() throws {
    let path = folder.path.appending("items.sqlite")
    let writer = try ItemStoreWriter(path)
    try writer.append(Samples.items(100))
    try writer.finish(archives: [])
    store = try ItemStore(path)
  }

  static let hostile = [
    "1; DROP TABLE items", "1) UNION SELECT 1, 2 --", "1) UNION SELECT row, id FROM items WHERE (1", "1 /* x", "1 -- x",
    "(SELECT count(*) FROM items) > 0", "EXISTS (SELECT 1)", "id IN (SELECT id FROM items)", "id IN (VALUES (1))",
    "id IN items", "id IN sqlite_schema", "id IN archives", "load_extension('x')", "randomblob(1000000000)",
    "length(zeroblob(100000000)) > 1", "printf('%1000000000d', 1)", "writefile('x', 'y')", "readfile('/etc/passwd')",
    "sqlite_version() = 1", "count(*) > 1", "sum(id)", "row_number() OVER () > 1", "ATTACH 'x' AS y", "1) LIMIT (5",
    "1) ORDER BY (1", "", "   ", "(", ")", "1)(", "'open", "\"open", "id = ?", "id = :x", "id = $x", "\u{0}1",
    "1; ", "PRAGMA user_version = 3", "x'00' || (", "fts5(1)", "RAISE(ABORT, 'x')", "pragma_table_info",
    "class MATCH 'x'",
    "class REGEXP 'a'", "sqlite_schema.sql = ''", "items.nothing = 1", "clas = 'cat'", "\"clas\" = 'cat'",
    "random() > 0", "last_insert_rowid()", "changes()", "json_group_array(id)", "json_each(fields)",
    "replace(class,'a','b')",
    String(repeating: "(", count: 5000) + "1" + String(repeating: ")", count: 5000),
    String(repeating: "1 AND ", count: 5000) + "1", String(repeating: "NOT ", count: 2000) + "1",
  ]

  @Test("what is no condition is refused, and nothing happens", arguments: hostile)
  func refused(_ text: String) throws {
    let before = try TemporaryFolder.contents(of: folder.path)
    let error = #expect(throws: IndexFormatError.self) { try store.matches(try ItemCondition(text)) }
    #expect(error?.code == .condition)
    #expect(try TemporaryFolder.contents(of: folder.path) == before)
  }

  static let good: [(String, Int)] = [
    ("id > 0", 100), ("(row) < 10", 10), ("caption LIKE '%nr 1%'", 8), ("caption IS NULL", 34),
    ("class IN ('cat', 'dog') AND NOT (score > 1)", 26), ("entry GLOB '*größe 1?.jpg'", 10),
    ("width BETWEEN 64 AND 70", 4),
    ("class = ';--/*'", 0), ("lower(class) = 'cat' OR upper(class) = 'DOG'", 50), ("[class] = 'cat'", 25),
    ("CASE WHEN row < 5 THEN 1 ELSE 0 END", 5), ("json_extract(fields, '$.tags[1]') = 'y'", 25),
    ("class = 'cat' COLLATE NOCASE", 25),
    ("1 - -1 = 2", 100), ("coalesce(label, 0) > 50", 12), ("items.row = 4", 1),
  ]

  @Test("an expression over the columns is answered", arguments: good)
  func answered(_ text: String, _ count: Int) throws {
    #expect(try store.matches(try ItemCondition(text)).count == count)
  }

  @Test func aWrongNameIsAnsweredWithTheColumns() throws {
    let error = #expect(throws: IndexFormatError.self) { try store.matches(try ItemCondition("clas = 'cat'")) }
    #expect(error?.reason.contains("no such column: clas") == true)
    #expect(error?.reason.contains("the columns are row, id, archive") == true)
    #expect(error?.reason.contains("class") == true)
  }

  @Test func aSlowOneIsStopped() throws {
    let path = folder.path.appending("many.sqlite")
    let writer = try ItemStoreWriter(path)
    try writer.append(Samples.items(20_000))
    try writer.finish(archives: [])
    let slow = (0..<60).map { "caption LIKE '%\($0)%a%b%c%d%e%'" }.joined(separator: " OR ")
    let clock = ContinuousClock()
    let took = try clock.measure {
      let many = try ItemStore(path)
      #expect(throws: IndexFormatError.self) { try many.matches(try ItemCondition(slow), limit: .milliseconds(5)) }
    }
    #expect(took < .seconds(5))
  }
}
