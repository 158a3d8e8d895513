import Foundation
import Pipelines
import Testing

/// Whatever a file holds, reading it ends soon, without a crash, with places inside the file.
@Suite struct HostileYAMLTests {
  /// Steele, Lea and Flood's SplitMix64.
  struct Random: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  static func deep(_ open: String, _ close: String = "", _ count: Int) -> String {
    String(repeating: open, count: count) + String(repeating: close, count: count)
  }

  static let bomb: String = {
    let levels = (1..<40).map { "a\($0): &a\($0) [*a\($0 - 1), *a\($0 - 1), *a\($0 - 1)]\n" }
    return "a0: &a0 [x]\n" + levels.joined() + "? *a39\n: 1\n"
  }()

  static let hostile: [String] = [
    bomb, "a: &a [x]\nb: &b [*a, *a]\n? *b\n: 1\n", "a: &a [*a]\n", deep("[", "]", 20), deep("[", "]", 900),
    deep("[", "]", 100_000), deep("{a: ", "}", 900), deep("- ", "", 5000), deep("? ", "", 900), deep("{", "", 200_000),
    (0..<900).map { String(repeating: " ", count: $0) + "a:\n" }.joined(),
    String(repeating: "x", count: 600_000), String(repeating: "a: 1\n", count: 3000),
    (0..<20000).map { "s\($0): 1\n" }.joined(),
    "pipeline: p\nstages:\n" + (0..<1001).map { "  s\($0): {kind: scale, input: s\($0 + 1)}\n" }.joined(),
    "\u{0}", "\u{FEFF}\u{FEFF}", "\u{E100}", "\r\r\n\n\u{85}\u{2028}a: b: c", "%YAML 9.9\n---\na: 1", "%TAG ! x\n", "!!binary x",
    "--- !<tag:x> {a: b}", "...\n...", "<<: {a: 1}", "\"\\ud800\"", "\"\\U00110000\"", "\"\\0\"", "'", "|", ">9\n a", "? ", ": ",
    "- - -",
    "${", "${${}}", "pipeline: ${pipeline}", "pipeline: p\nparams: {a: \"${a}\"}\nstages: {a: {kind: \"${a}\"}}",
    "{a: 1, a: 2, a: 3, ? a : 4}", "{a: {a: 1, a: 2}, a: 3}", "\"a\": 1\n'a': 2\na: 3\n", "[a: 1, a: 2]: 3",
    "? {a: 1, a: 1}\n: 2",
    "é: 1\ne\u{301}: 2\n", "a: 1\n# a: 2\n\n  \na : 3\n", "{a: 1,\n a: 2}", "~: 1\nnull: 2", "0: 1\n0: 2",
  ]

  func check(_ text: String, _ comment: Comment) {
    let file = parse(text)
    #expect(file.pipeline != nil || !file.diagnostics.isEmpty, comment)
    let lines = text.unicodeScalars.filter { "\n\r\u{85}\u{2028}\u{2029}".unicodeScalars.contains($0) }.count + 1
    for diagnostic in file.diagnostics {
      #expect(diagnostic.line >= 1 && diagnostic.line <= lines, comment)
      #expect(
        diagnostic.column >= 1 && diagnostic.column <= diagnostic.source.unicodeScalars.count + 1, comment)
      #expect(!diagnostic.message.isEmpty && !diagnostic.render(color: true).isEmpty, comment)
      #expect(diagnostic.message.utf8.count < 1500, comment)
    }
    #expect(file.diagnostics == file.diagnostics.sorted { $0.location < $1.location }, comment)
    #expect(file.diagnostics.count <= 50, comment)
  }

  @Test(arguments: hostile.indices)
  func aHostileFileIsRefused(number: Int) {
    let clock = ContinuousClock()
    let text = Self.hostile[number]
    let time = clock.measure {
      check(text, "file \(number)")
      #expect(parse(text).pipeline == nil)
    }
    #expect(time < .seconds(10), "file \(number)")
  }

  /// Errors of one file at most, but all of them.
  @Test func manyDuplicatesAreReportedOnce() {
    let file = parse("{a: 1, b: 1, a: 2, b: 2, a: 3, stages: {}}")
    let duplicates = file.diagnostics.filter { $0.message.contains("twice") }
    #expect(duplicates.map(\.column) == [14, 20, 26])
  }

  @Test func mutatedFilesNeverCrash() {
    let seed = UInt64(Date().timeIntervalSince1970)
    print("HostileYAMLTests seed \(seed)")
    var random = Random(state: seed)
    let pieces = [
      "[", "]", "{", "}", ": ", "- ", "\n", "\n  ", "\t", "&a ", "*a", "\"", "'", "|\n", ">-\n", "#", "${", "}", "$$", "!x ",
      "? ",
      "~", "1e999", "-9223372036854775809", "%", "@", "`", "\u{0}", "\u{E105}", "é", "\u{1F600}", "\r", "---\n", "input: unit",
      "kind: ",
      "steps: ", ", ", "0x", "true", "pipeline: ", "stages:\n",
    ]
    for round in 0..<3000 {
      var text = Array(PipelineFileTests.photos)
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let place = Int.random(in: 0...text.count, using: &random)
        let end = min(text.count, place + Int.random(in: 0...5, using: &random))
        switch Int.random(in: 0..<4, using: &random) {
        case 0: text.replaceSubrange(place..<end, with: [])
        case 1: text.insert(contentsOf: text[place..<end], at: Int.random(in: 0...text.count, using: &random))
        default: text.insert(contentsOf: pieces.randomElement(using: &random)!, at: place)
        }
      }
      check(String(text), "seed \(seed) round \(round): \(String(text))")
    }
  }

  @Test func garbageNeverCrashes() {
    let seed = UInt64(Date().timeIntervalSince1970) &+ 1
    print("HostileYAMLTests garbage seed \(seed)")
    var random = Random(state: seed)
    let alphabet = Array("[]{}:,-?&*!|>'\"%@`#~ \n\t$abé01.\\")
    for round in 0..<3000 {
      let text = String((0..<Int.random(in: 0...80, using: &random)).map { _ in alphabet.randomElement(using: &random)! })
      check(text, "seed \(seed) round \(round): \(text)")
      let bytes = (0..<40).map { _ in UInt8.random(in: 0...255, using: &random) }
      #expect(PipelineFile.parse(bytes: bytes, path: "p", catalog: FakeCatalog.catalog).hasErrors)
    }
  }
}
