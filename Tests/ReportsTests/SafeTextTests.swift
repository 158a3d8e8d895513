import Foundation
import Reports
import Testing

@Suite struct SafeTextTests {
  @Test func plainTextStays() {
    for text in [
      "train/0007.jpg", "Straße bei Nacht", "自転車", "a b\u{A0}c", "नमस्ते", "می\u{200C}خواهم", "👩\u{200D}🚀", "", "100% <b>",
    ] {
      #expect(SafeText.escaped(text) == text)
      #expect(SafeText.escaped(bytes: text.utf8) == text)
    }
  }

  @Test func controlCharactersAreWrittenOut() {
    #expect(SafeText.escaped("a\u{1B}[2J\u{7}b\n\r\tc\u{7F}\u{9B}1m\u{0}") == #"a\x1b[2J\x07b\n\r\tc\x7f\x9b1m\x00"#)
  }

  @Test func hiddenAndReversingCharactersAreWrittenOut() {
    #expect(SafeText.escaped("photo\u{202E}gpj.exe") == #"photo\u{202e}gpj.exe"#)
    for value in [0x061C, 0x200B, 0x200E, 0x200F, 0x2028, 0x2029, 0x202A, 0x2066, 0x2069, 0xFEFF, 0xE0041] as [UInt32] {
      let escaped = SafeText.escaped("x" + String(Unicode.Scalar(value)!) + "y")
      #expect(escaped.hasPrefix("x\\u{") && escaped.hasSuffix("}y"))
      #expect(escaped.utf8.allSatisfy { (0x20...0x7E).contains($0) })
    }
  }

  @Test func bytesThatAreNoUTF8AreWrittenOut() {
    #expect(SafeText.escaped(bytes: [0x61, 0xFF, 0xC3, 0xA9, 0xC3]) == #"a\xffé\xc3"#)
    // Overlong slash, a surrogate, a sequence cut short.
    #expect(SafeText.escaped(bytes: [0xC0, 0xAF]) == #"\xc0\xaf"#)
    #expect(SafeText.escaped(bytes: [0xED, 0xA0, 0x80]) == #"\xed\xa0\x80"#)
    #expect(SafeText.escaped(bytes: [0xE2, 0x82, 0x41]) == #"\xe2\x82A"#)
    #expect(SafeText.escaped(bytes: [0xE2, 0x80, 0xAE]) == #"\u{202e}"#)
  }

  private static func decoded(_ json: String) throws -> [String: String] {
    try JSONDecoder().decode([String: String].self, from: Data(json.utf8))
  }

  @Test func jsonMeansTheSameAndHarmsNobody() throws {
    let json = "{\n  \"a é\" : \"x\u{9B}1m\u{202E}y\u{7F}\u{E0041}\\u001b\"\n}"
    let escaped = SafeText.escapedJSON(json)
    #expect(escaped == "{\n  \"a é\" : \"x\\u009b1m\\u202ey\\u007f\\udb40\\udc41\\u001b\"\n}")
    let (one, other) = (try Self.decoded(json), try Self.decoded(escaped))
    #expect(one == other && one["a é"] == "x\u{9B}1m\u{202E}y\u{7F}\u{E0041}\u{1B}")
  }

  @Test func nothingUnsafeComesThrough() {
    var seed = SystemRandomNumberGenerator()
    let start = UInt64.random(in: 0...UInt64.max, using: &seed)
    var random = Steps(state: start)
    for _ in 0..<2000 {
      let bytes = (0..<12).map { _ in UInt8(truncatingIfNeeded: random.next() >> 33) }
      let escaped = SafeText.escaped(bytes: bytes)
      #expect(SafeText.escaped(escaped) == escaped, "seed \(start)")
    }
  }

  @Test func linesKeepTheirBreaks() {
    #expect(SafeText.escapedLines("a:\n\tb\u{1B}\r\n") == "a:\n\tb\\x1b\\r\n")
  }
}

/// A linear congruential generator, for tests that print their seed.
struct Steps: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state
  }
}
