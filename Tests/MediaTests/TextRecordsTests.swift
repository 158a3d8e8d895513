import Media
import TestSupport
import Testing

@Suite struct TextRecordsTests {
  private func read(
    _ name: String, _ bytes: [UInt8], _ change: (inout TextOptions) -> Void = { _ in }
  ) throws -> (records: [Record], rejects: [Reject]) {
    let folder = try TemporaryFolder()
    var options = RecordOptions(media: .text)
    change(&options.texts)
    let shards = try RecordStreamTests.shards(try folder.write(name, bytes), options)
    return (shards.flatMap(\.records), shards.flatMap(\.rejects))
  }

  @Test func articlesAreReadFromEveryFormat() throws {
    let shards = try RecordStreamTests.shards(
      Places.fixtures + "/articles/articles.tar.gz", RecordOptions(media: .text))
    let records = shards.flatMap(\.records)
    #expect(records.count == 260 && shards.allSatisfy(\.rejects.isEmpty))
    #expect(Set(records.map(\.id)).count == 260)
    // SHA-256 of "a", NUL, "articles.jsonl", NUL, "baking-00": the identity on disk, never to change.
    #expect(records[0].id == 35_576_204_062_035_539)
    #expect(records[0].fields?.hasPrefix(#"{"id":"baking-00","title":"Notes on baking"#) == true)
    #expect(records[259].entry == "more.csv" && records[259].fields == #"{"id":"weather-25","topic":"weather"}"#)
    let notes = try RecordStreamTests.shards(Places.fixtures + "/articles/notes.zip", RecordOptions(media: .text))
    #expect(notes.flatMap(\.records).count == 40 && notes[0].records[0].entry == "baking/baking-26.txt")
  }

  @Test func positionsPointAtTheRawLine() throws {
    let bytes = Array("\u{FEFF}first\r\n\n  second\nthird".utf8)
    let (records, rejects) = try read("a.txt", bytes) { $0.unit = .line }
    #expect(rejects.isEmpty && records.map(\.text) == ["first", "  second", "third"])
    for record in records {
      let start = try #require(record.position)
      #expect(bytes[start..<start + record.size].elementsEqual(try #require(record.text).utf8))
      #expect(record.offset == start, "a lone file is its own archive")
    }
  }

  @Test func badLinesCostOnlyThemselves() throws {
    let path = Places.fixtures + "/hostile/lines.tar"
    let shards = try RecordStreamTests.shards(path, RecordOptions(media: .text))
    #expect(shards.flatMap(\.records).map(\.text) == ["good", "good too"])
    #expect(shards.flatMap(\.rejects).map(\.line) == [2, 3, 4, 5, 6])
    #expect(
      shards.flatMap(\.rejects).map(\.code) == [.notUTF8, .missingField, .badJSON, .duplicateID, .tooDeep])
  }

  @Test func tablesFollowRFC4180() throws {
    let csv = "id,text,note\r\n1,\"a, \"\"b\"\"\nc\",x\r\n2,plain,\r\n3,short\r\n4,\"bad\"x,y\r\n5,\"open,z"
    let (records, rejects) = try read("a.csv", Array(csv.utf8))
    #expect(records.map(\.text) == ["a, \"b\"\nc", "plain"])
    #expect(records.map(\.fields) == [#"{"id":"1","note":"x"}"#, #"{"id":"2","note":""}"#])
    #expect(rejects.map(\.code) == [.badRow, .badRow, .badRow])
    #expect(rejects.map(\.line) == [5, 6, 7])
  }

  @Test func tabsSeparateWithoutQuoting() throws {
    let (records, _) = try read("a.tsv", Array("pid\tbody\n7\t\"as it is\n".utf8)) {
      $0.textField = "body"
      $0.idField = "pid"
      $0.captionField = "pid"
    }
    #expect(records.map(\.text) == ["\"as it is"] && records[0].caption == "7")
  }

  @Test func titlesGoBeforeTheText() throws {
    let lines = [#"{"text":"b","title":"A"}"#, #"{"title":"","text":"c"}"#, #"{"text":"d","title":3}"#]
    let (records, rejects) = try read("a.jsonl", Array(lines.joined(separator: "\n").utf8)) {
      $0.leadingFields = ["title", "author"]
    }
    #expect(records.map(\.text) == ["A\nb", "c", "d"] && rejects.isEmpty)
    #expect(records[0].fields == #"{"title":"A"}"#)
  }

  @Test func aTableWithoutTheColumnSaysWhich() throws {
    let (records, rejects) = try read("a.csv", Array("a,b\u{1B}[2J\n1,2\n".utf8))
    #expect(records.isEmpty && rejects[0].code == .missingField && rejects[0].message.hasSuffix("a, b\\x1b[2J"))
  }

  @Test func longLinesAreDroppedAsTheyCome() throws {
    let long = [UInt8](repeating: 65, count: 3 << 20)
    let (records, rejects) = try read("a.txt", Array("one\n".utf8) + long + Array("\ntwo\n".utf8)) {
      $0.unit = .line
      $0.maxTextBytes = 1000
    }
    #expect(records.map(\.text) == ["one", "two"])
    #expect(rejects.map(\.code) == [.lineTooLong] && rejects[0].line == 2)
    #expect(records[1].position == 4 + (3 << 20) + 1)
  }

  @Test func idsAreTextOrWholeNumbers() throws {
    let lines = [
      "{\"id\":7,\"text\":\"a\"}", "{\"id\":1e5,\"text\":\"b\"}", "{\"id\":null,\"text\":\"c\"}", "{\"text\":1}",
      "{\"text\":\"\"}", "[]", "{\"id\":\"7\",\"text\":\"same id\"}",
    ]
    let (records, rejects) = try read("a.jsonl", Array(lines.joined(separator: "\n").utf8))
    #expect(records.map(\.text) == ["a"])
    #expect(rejects.map(\.code) == [.badField, .badField, .badField, .empty, .badJSON, .duplicateID])
  }

  @Test func entriesOfOtherKindsAreRejected() throws {
    let folder = try TemporaryFolder()
    let members: [(name: String, bytes: [UInt8])] = [
      ("a.txt", Array("text".utf8)), ("empty.txt", []), ("b.md", Array("# text".utf8)),
      ("zip.txt", Array("PK\u{3}\u{4}....".utf8)),
      ("bad.txt", [0xC0, 0xAF]),
    ]
    let path = try folder.write("a.zip", ArchiveMaker.make(.zip, members))
    let shard = try RecordStreamTests.shards(path, RecordOptions(media: .text))[0]
    #expect(shard.records.map(\.text) == ["text"])
    #expect(shard.rejects.map(\.code) == [.empty, .unsupportedFormat, .nestedArchive, .notUTF8])
  }

  @Test func aLoneCompressedTextIsReadAsItself() throws {
    let lines = (0..<1000).map { "{\"id\":\($0),\"text\":\"line \($0)\"}\n" }.joined()
    let folder = try TemporaryFolder()
    let plain = try folder.write("queries.jsonl", lines.utf8)
    for (program, suffix) in [("gzip", "gz"), ("xz", "xz"), ("bzip2", "bz2"), ("zstd", "zst")] {
      guard let packed = try output(of: program, ["-c", plain]) else {
        print("skipped: no \(program)")
        continue
      }
      let path = try folder.write("queries.jsonl." + suffix, packed)
      let records = try RecordStreamTests.shards(path, RecordOptions(media: .text)).flatMap(\.records)
      #expect(records.count == 1000 && records[7].entry == "queries.jsonl" && records[7].text == "line 7")
      let reader = try EntryReader(path: path, archive: "a")
      #expect(!reader.isRandomAccess)
      #expect(try reader.bytes(of: records[9]) == Array("{\"id\":9,\"text\":\"line 9\"}".utf8))
      let cut = try folder.write("queries.jsonl." + suffix, packed.dropLast(9))
      #expect(throws: ArchiveError.self) { try RecordStreamTests.shards(cut, RecordOptions(media: .text)) }
    }
  }
}
