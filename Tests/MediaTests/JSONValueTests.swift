import Media
import Testing

@Suite struct JSONValueTests {
  private func parse(_ text: String) throws -> JSONValue { try JSONValue(parsing: Array(text.utf8)) }

  @Test(arguments: [
    (#" { "b" : [ 1 , -2.50e+3 , "x" ] , "a" : { } } "#, #"{"a":{},"b":[1,-2.50e+3,"x"]}"#),
    (#""\u00e9\ud83d\ude00\/\b""#, #""é😀/\u0008""#), ("[]", "[]"), ("true", "true"), ("0", "0"), ("-0.5", "-0.5"),
    (#"{"é":1,"e":2,"Z":3}"#, #"{"Z":3,"e":2,"é":1}"#),
  ])
  func textsAreSortedAndCompact(_ text: String, _ sorted: String) throws {
    #expect(try parse(text).sortedText == sorted)
  }

  @Test(arguments: [
    "", "{", "[1,]", #"{"a":1,}"#, #"{"a":1,"a":2}"#, #""\ud800""#, #""\ud800x""#, #""\x""#, "01", "1.", "1e", "+1",
    ".5",
    "1e999", "nul", "truex", "[1] 2", "\"\n\"", #"{"a" 1}"#, #"{a:1}"#, "NaN", #""abc"#, #""\u12"#, "-", "[1 2]",
  ])
  func whatIsNoJSONIsRefused(_ text: String) {
    #expect(throws: JSONError.self) { try parse(text) }
  }

  @Test func depthIsBounded() throws {
    #expect(try parse(String(repeating: "[", count: 64) + String(repeating: "]", count: 64)) != .null)
    #expect {
      try parse(String(repeating: "[", count: 200_000))
    } throws: {
      ($0 as? JSONError)?.code == .tooDeep
    }
  }

  @Test func bytesThatAreNoUTF8AreRefused() {
    for bad: [UInt8] in [[0xFF], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xC3]] {
      #expect {
        try JSONValue(parsing: [0x22] + bad + [0x22])
      } throws: {
        ($0 as? JSONError)?.code == .notUTF8
      }
      #expect(throws: JSONError.self) { try JSONValue(parsing: [0x22, 0x5C, 0x6E] + bad + [0x22]) }
    }
  }
}
