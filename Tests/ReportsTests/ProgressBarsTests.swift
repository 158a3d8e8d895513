import Pipelines
import Reports
import Testing

@Suite struct ProgressBarsTests {
  private typealias M = ProgressModelTests
  private static let plain = TerminalShape(columns: 100, rows: 24, isUnicode: true, hasColour: false)

  /// photos half read, features behind it, index waiting, at 4 seconds.
  private static func middle() -> ProgressModel {
    [
      M.event(0, .runStarted, message: "p"), M.event(0, .stageStarted, "photos", totalBytes: 40_000_000),
      M.event(0, .jobStarted, "photos", "read-00000"),
      M.event(4, .advanced, "photos", "read-00000", items: 1234, bytes: 20_000_000, rejects: 2),
      M.event(2, .jobStarted, "features", "embed-00000-00000"),
      M.event(4, .advanced, "features", "embed-00000-00000", items: 512, bytes: 4_000_000),
    ].reduce(into: ProgressModelTests.model()) { $0.fold($1) }
  }

  /// A frame without the sequences that move the cursor.
  private static func lines(_ frame: String) -> [String] {
    var text = ""
    var isEscape = false
    for character in frame {
      if character == "\u{1B}" { isEscape = true }
      if !isEscape && character != "\r" { text.append(character) }
      if isEscape && (character.isLetter) { isEscape = false }
    }
    return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
  }

  @Test func wideFrame() {
    var bars = ProgressBars()
    let lines = Self.lines(bars.frame(Self.middle(), at: 4, in: Self.plain))
    #expect(
      lines == [
        "  photos    ━━━━━━━━━━━━━╸─────────────   50%       1,234    309/s  5.00 MB/s  0:04 left  2 rejects",
        "  features  ━━━━━╸─────────────────────   20%  512/~2,468    256/s  2.00 MB/s  0:08 left",
        "  0:04 · 0 of 3 stages done · 2 jobs · waiting: index",
      ])
    #expect(lines.allSatisfy { DisplayWidth.of($0) < 100 })
  }

  @Test func narrowFramesLoseTheLeastImportantFirst() {
    for columns in [20, 30, 40, 50, 60, 72, 80, 120, 200] {
      var bars = ProgressBars()
      let shape = TerminalShape(columns: columns, rows: 24, isUnicode: true, hasColour: false)
      let lines = Self.lines(bars.frame(Self.middle(), at: 4, in: shape))
      #expect(lines.count == 3)
      #expect(lines.allSatisfy { DisplayWidth.of($0) < columns }, "\(columns): \(lines)")
    }
    var bars = ProgressBars()
    let lines = Self.lines(bars.frame(Self.middle(), at: 4, in: TerminalShape(columns: 60, hasColour: false)))
    #expect(lines[0] == "  photos    ━━━━━━╸──────       1,234  0:04 left  2 rejects")
  }

  @Test func asciiFrame() {
    var bars = ProgressBars()
    let shape = TerminalShape(columns: 100, rows: 24, isUnicode: false, hasColour: false)
    let frame = bars.frame(Self.middle(), at: 4, in: shape)
    #expect(frame.utf8.allSatisfy { $0 < 0x80 })
    #expect(Self.lines(frame)[0].hasPrefix("  photos    ##########"))
  }

  @Test func aFrameDrawsOverTheOneBefore() {
    var bars = ProgressBars()
    var model = Self.middle()
    let first = bars.frame(model, at: 4, in: Self.plain)
    #expect(first.hasPrefix("\u{1B}[?25l\u{1B}[?7l  photos") && first.hasSuffix("\u{1B}[J\u{1B}[?7h\u{1B}[?25h"))
    model.fold(M.event(5, .jobEnded, "photos", "read-00000", items: 1300, bytes: 40_000_000, rejects: 2, seconds: 5))
    model.fold(M.event(5, .stageEnded, "photos", items: 1300, rejects: 2, seconds: 5))
    let second = bars.frame(model, at: 5, in: Self.plain)
    #expect(second.hasPrefix("\u{1B}[?25l\r\u{1B}[3A✔ photos    1,300 rows  2 rejects  5.00 s  247/s  4.00 MB/s\u{1B}[K\n"))
    // Told once.
    #expect(!bars.frame(model, at: 5.1, in: Self.plain).contains("✔"))
    let narrow = TerminalShape(columns: 40, rows: 24, isUnicode: true, hasColour: false)
    #expect(bars.frame(model, at: 5.2, in: narrow).hasPrefix("\u{1B}[?25l\r\u{1B}[5A"))
  }

  @Test func theLastFrameLeavesNoBar() {
    var bars = ProgressBars()
    let model = Self.middle()
    _ = bars.frame(model, at: 4, in: Self.plain)
    let last = bars.last(model, at: 4, in: Self.plain)
    #expect(
      Self.lines(last) == [
        "■ photos    stopped at 1,234; what is committed stays",
        "■ features  stopped at 512/~2,468; what is committed stays",
      ])
    #expect(last.hasSuffix("\u{1B}[?25h"))
    var empty = ProgressBars()
    #expect(empty.last(ProgressModelTests.model(), at: 0, in: Self.plain) == "")
  }

  @Test func freshFailedAndNotes() {
    var model = ProgressModelTests.model()
    model.fold(M.event(0, .planned, "photos", isFresh: true, message: "it is fresh"))
    model.fold(M.event(1, .stageFailed, "index", message: "no\u{1B}[31m room"))
    let note = M.event(1, .note, "features", message: "a sample")
    var bars = ProgressBars()
    #expect(
      Self.lines(bars.last(model, notes: [note], at: 1, in: Self.plain)) == [
        "· features  a sample", "● photos    fresh", "✘ index     no\\x1b[31m room",
      ])
  }

  @Test func coloursOnlyWhereWanted() {
    var bars = ProgressBars()
    #expect(bars.frame(Self.middle(), at: 4, in: TerminalShape()).contains("\u{1B}[32m"))
    #expect(TerminalShape(columns: 80, rows: 24, environment: ["NO_COLOR": "1", "LANG": "C"]).hasColour == false)
    #expect(TerminalShape(columns: 80, rows: 24, environment: ["LANG": "de_DE.UTF-8"]).isUnicode)
    #expect(!TerminalShape(columns: 80, rows: 24, environment: ["LC_ALL": "C", "LANG": "de_DE.UTF-8"]).isUnicode)
  }

  @Test func manyStagesFitTheWindow() {
    var model = ProgressModel(stages: (0..<50).map { .init("stage\($0)") })
    for place in 0..<50 { model.fold(M.event(0, .jobStarted, "stage\(place)", "work")) }
    var bars = ProgressBars()
    let lines = Self.lines(bars.frame(model, at: 1, in: TerminalShape(columns: 80, rows: 10, hasColour: false)))
    #expect(lines.count == 9 && lines[7] == "  and 43 more stages")
  }

  @Test func nothingKnownWanders() {
    var model = ProgressModelTests.model()
    model.fold(M.event(0, .jobStarted, "index", "train"))
    let frames = [0.0, 0.5, 30].map { now -> String in
      var bars = ProgressBars()
      return Self.lines(bars.frame(model, at: now, in: Self.plain))[0]
    }
    #expect(Set(frames).count == 3 && Set(frames.map(\.count)).count == 1)
  }
}
