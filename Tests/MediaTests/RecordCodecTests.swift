import Media
import Testing

@Suite struct RecordCodecTests {
  static let full = Record(
    id: 9_223_372_036_854_775_807, archive: "photos/a.tar", entry: "x/\u{1F600} \"q\" \\ \n.jpg", ordinal: 12,
    offset: 512,
    size: 1024, position: 7, digest: String(repeating: "ab", count: 32), format: "jpeg", width: 640, height: 480,
    caption: "a boat\u{2028}at sea", text: "line\ttab\u{7f}", fields: #"{"a":1,"b":[true,null,"x"]}"#)
  static let least = Record(id: 0, archive: "a", entry: "b", ordinal: 0, size: 0, digest: "d", format: "text")

  /// The format on disk: never regenerated.
  @Test func theBytesAreGolden() {
    let digest = String(repeating: "ab", count: 32)
    let golden =
      #"{"id":9223372036854775807,"archive":"photos/a.tar","entry":"x/😀 \"q\" \\ \n.jpg","ordinal":12,"offset":512,"#
      + #""size":1024,"position":7,"digest":"\#(digest)","format":"jpeg","width":640,"height":480,"#
      + "\"caption\":\"a boat\u{2028}at sea\"," + #""text":"line\ttab\u007f","fields":{"a":1,"b":[true,null,"x"]}}"#
      + "\n" + #"{"id":0,"archive":"a","entry":"b","ordinal":0,"size":0,"digest":"d","format":"text"}"# + "\n"
    #expect(String(decoding: RecordCodec.encode([Self.full, Self.least]), as: UTF8.self) == golden)
  }

  @Test func fieldsAreFoundUnread() {
    var tricky = Self.least
    tricky.text = #","fields":{"a":1}"#
    tricky.caption = #"x\",\"fields\":"#
    for records in [[], [Self.least], [tricky, Self.least], [tricky, Self.full], [Self.full]] {
      #expect(RecordCodec.hasFields(RecordCodec.encode(records)) == records.contains { $0.fields != nil })
    }
    #expect(!RecordCodec.hasFields(Array(",\"fields\":".utf8)) && !RecordCodec.hasFields(Array("{\"fields\":{".utf8)))
  }

  @Test func recordsComeBack() throws {
    let records = [Self.full, Self.least, Self.full]
    #expect(try RecordCodec.decode(RecordCodec.encode(records)) == records)
    #expect(try RecordCodec.decode([]).isEmpty)
  }

  @Test(arguments: [
    "{}\n", "\n", #"{"id":1}"# + "\n", #"{"id":01,"archive":"a"}"# + "\n", "[" + "\n", "\u{0}",
  ])
  func anythingElseIsAnErrorWithItsLine(_ line: String) {
    let bytes = RecordCodec.encode([Self.least]) + Array(line.utf8)
    #expect {
      try RecordCodec.decode(bytes)
    } throws: {
      ($0 as? RecordCodecError)?.line == 2
    }
  }

  @Test func everyCutIsAnError() {
    let bytes = RecordCodec.encode([Self.full])
    for length in 1..<bytes.count {
      #expect(throws: RecordCodecError.self) { try RecordCodec.decode(Array(bytes.prefix(length))) }
    }
  }

  @Test func rejectsComeBack() throws {
    let reject = Reject(
      archive: "a", entry: "b\"", ordinal: 3, offset: 4, line: 5, code: .notUTF8, message: "no \\ text")
    #expect(try Reject(jsonLine: reject.jsonLine) == reject)
    #expect(
      String(decoding: reject.jsonLine, as: UTF8.self)
        == #"{"archive":"a","entry":"b\"","ordinal":3,"offset":4,"line":5,"code":"not-utf8","message":"no \\ text"}"#
        + "\n")
    let bare = Reject(archive: "a", code: .truncated, message: "m")
    #expect(try Reject(jsonLine: bare.jsonLine) == bare)
  }

  @Test func rejectsHideNothing() throws {
    let override = "\u{202E}gpj.exe", tag = "\u{E0041}", joined = "👩\u{200D}🚀"
    let reject = Reject(
      archive: "\u{9B}2J\u{2028}.tar", entry: override + "\"\u{1B}\n", code: .unsafeName,
      message: "\u{7F}\u{FEFF}é" + tag + joined)
    #expect(
      String(decoding: reject.jsonLine, as: UTF8.self)
        == #"{"archive":"\u009b2J\u2028.tar","entry":"\u202egpj.exe\"\u001b\n","code":"unsafe-name","#
        + #""message":"\u007f\ufeffé\udb40\udc41\#(joined)"}"# + "\n")
    #expect(try Reject(jsonLine: reject.jsonLine) == reject)
  }
}
