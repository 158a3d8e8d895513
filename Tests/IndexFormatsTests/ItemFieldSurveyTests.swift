import IndexFormats
import Testing

@Suite struct ItemFieldSurveyTests {
  private func survey(_ texts: String...) throws -> [ItemField] {
    var survey = ItemFieldSurvey()
    for text in texts { try survey.note(Self.item(text)) }
    return survey.fields
  }

  static func item(_ fields: String) -> Item {
    Item(id: 1, archive: "a", entry: "e", ordinal: 0, size: 0, digest: "", format: "", fields: fields)
  }

  @Test func kindsAreJoined() throws {
    let fields = try survey(
      #"{"i":1,"r":1,"b":true,"t":"x","m":1,"n":null,"o":{"x":1},"l":[1],"mix":"a"}"#,
      #" { "i" : -9007199254740993 , "r" : 2.5e3, "b":false, "t":"", "m":"x", "n":null, "o":{}, "mix": {"deep":"}"} } "#
    )
    #expect(fields.map(\.key) == ["b", "i", "m", "mix", "r", "t"])
    #expect(fields.map(\.kind) == [.bool, .integer, .text, .text, .real, .text])
    #expect(fields.map(\.count) == [2, 2, 2, 1, 2, 2])
  }

  @Test func takenNamesAreVaried() throws {
    let fields = try survey(#"{"Width":1,"field_width":2,"width":3,"class":4,"Class":5,"id":6,"vector":7}"#)
    #expect(Set(fields.map { $0.column.lowercased() }).count == fields.count)
    #expect(fields.first { $0.key == "field_width" }?.column == "field_width")
    #expect(fields.first { $0.key == "Width" }?.column == "field_Width_2")
    #expect(fields.first { $0.key == "width" }?.column == "field_width_3")
    #expect(fields.first { $0.key == "id" }?.column == "field_id")
    #expect(fields.first { $0.key == "Class" }?.column == "Class")
    #expect(fields.first { $0.key == "class" }?.column == "field_class")
  }

  @Test func unusableKeysStayInTheText() throws {
    #expect(try survey(#"{"":1,"a\"b":2,"a\nb":3,"ok 'x' ü":4}"#).map(\.key) == ["ok 'x' ü"])
    let many = "{" + (0..<400).map { "\"k\($0)\":1" }.joined(separator: ",") + "}"
    #expect(try survey(many).count == 256)
    let flood = "{" + (0..<50_000).map { "\"k\($0)\":1" }.joined(separator: ",") + "}"
    #expect(try survey(flood, #"{"new":1}"#).count == 256)
  }

  @Test(
    "what is no JSON object is refused",
    arguments: [
      "", "[]", "{", "{}x", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, #"{"a":tru}"#, #"{"a":1.2.3}"#, #"{"a":"x}"#,
      #"{"a":[1}"#,
      #"{a:1}"#, #"{"a":"\q"}"#, #"{"a":"\u12"}"#, #"{"a":--1}"#, #"{"a":"\"#,
    ])
  func damaged(_ text: String) {
    #expect(throws: IndexFormatError.self) { try survey(text) }
  }

  @Test func escapesAreResolved() throws {
    #expect(try survey(#"{"\u00fcber \ud83d\ude00 \/\\":1}"#).isEmpty)
    #expect(try survey(#"{"\u00fcber \ud83d\ude00 \/":1}"#).map(\.key) == ["über 😀 /"])
  }
}
