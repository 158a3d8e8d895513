import Reports
import Testing

@Suite struct FigureTests {
  @Test func counts() {
    #expect([0, 7, 999, 1000, 1_234_567, -1234].map { Figure.count($0) } == ["0", "7", "999", "1,000", "1,234,567", "-1,234"])
    #expect(Figure.count(1, "row") == "1 row")
    #expect(Figure.count(2, "query", "queries") == "2 queries")
  }

  @Test func sizes() {
    #expect([0, 812, 1000, 38_140_000, 999_600].map { Figure.bytes($0) } == ["0 B", "812 B", "1.00 kB", "38.1 MB", "1.00 MB"])
    #expect(Figure.memory(3 << 29) == "1.50 GiB")
  }

  @Test func rates() {
    #expect([0.42, 5, 512.4, 12_345].map { Figure.rate($0) } == ["0.42/s", "5/s", "512/s", "12.3k/s"])
    #expect(Figure.byteRate(38_140_000) == "38.1 MB/s")
  }

  @Test func times() {
    #expect(
      [0, 0.423, 9.996, 59.94, 99.96, 185, 7630].map { Figure.seconds($0) } == [
        "0.00 s", "0.42 s", "10.0 s", "59.9 s", "1 min 40 s", "3 min 05 s", "2 h 07 min",
      ])
    #expect([0, 2.1, 765, 10_930].map { Figure.clock($0) } == ["0:00", "0:03", "12:45", "3:02:10"])
    #expect(Figure.clock(.infinity) == "1000:00:00")
    #expect(Figure.seconds(.nan) == "-")
  }

  @Test func shares() {
    #expect([0, 0.419, 0.9999, 1, 1.2].map { Figure.percent($0) } == ["0%", "41%", "99%", "100%", "100%"])
    #expect([0.57, 1, 24.1, 1234.56, -0.5].map { Figure.short($0) } == ["0.57", "1", "24.1", "1234.6", "-0.5"])
  }

  @Test func widths() {
    #expect(DisplayWidth.of("abc") == 3)
    #expect(DisplayWidth.of("自転車") == 6)
    #expect(DisplayWidth.of("e\u{301}") == 1)
    #expect(DisplayWidth.truncated("自転車", to: 4) == "自…")
    #expect(DisplayWidth.truncated("photos", to: 6) == "photos")
  }
}
