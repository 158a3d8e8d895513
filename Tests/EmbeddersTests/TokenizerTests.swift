import Embedders
import Testing

/// The expected terms were taken from Python: scikit-learn's analyzers on the same texts.
@Suite struct TokenizerTests {
  private func terms(_ text: String, _ change: (inout HashingOptions) -> Void = { _ in }) -> [String] {
    var options = HashingOptions()
    change(&options)
    let terms = Tokenizer(options).terms(of: text)
    return terms.ranges.map { String(decoding: terms.bytes[$0], as: UTF8.self) }
  }

  @Test func wordsHaveTwoCharactersOrMore() {
    #expect(terms("A wing's x_1 is 5 or 42, _ __!") == ["wing", "x_1", "is", "or", "42", "__"])
    #expect(terms("") == [] && terms("a b c") == [] && terms("end") == ["end"])
  }

  @Test func everythingNumericIsAWordCharacter() {
    #expect(terms("1½ x² Ⅷa 一二 ٣٤") == ["1½", "x²", "ⅷa", "一二", "٣٤"])
  }

  @Test func combiningMarksEndAWord() {
    #expect(terms("cafe\u{301}s ok") == ["cafe", "ok"])
    #expect(terms("हिन्दी") == [])
  }

  @Test func lowerCaseIsUnicodes() {
    #expect(terms("ÀÉÎ ΟΔΟΣ ΣΑΣ ΣΣ. ΑΣ\u{301} ΑΣ'Β") == ["àéî", "οδος", "σας", "σς", "ας", "ασ"])
    // U+0130 becomes i and a combining dot, which ends the word.
    #expect(terms("İstanbul IŞIK") == ["stanbul", "işik"])
    #expect(terms("ẞtraße ǅungla 𐐀𐐁") == ["ßtraße", "ǆungla", "𐐨𐐩"])
    #expect(terms("Keep CASE") { $0.lowercase = false } == ["Keep", "CASE"])
  }

  @Test func accentsGo() {
    #expect(terms("Ångström ﬁn ½x") { $0.stripAccents = .unicode } == ["angstrom", "fin", "x"].map { $0 == "x" ? "2x" : $0 })
    #expect(terms("Ångström naïve Ωx") { $0.stripAccents = .ascii } == ["angstrom", "naive"])
  }

  @Test func runsOfWords() {
    #expect(terms("one two three") { $0.ngrams = 1...2 } == ["one", "two", "three", "one two", "two three"])
    #expect(terms("one two") { $0.ngrams = 3...4 } == [])
  }

  @Test func stopWordsLeaveBeforeRunsAreMade() {
    #expect(
      terms("The wing of the plane") {
        $0.stopWords = .english
        $0.ngrams = 1...2
      } == ["wing", "plane", "wing plane"])
  }

  @Test func runsOfCharacters() {
    #expect(
      terms("aé \n b") {
        $0.analyzer = .char
        $0.ngrams = 2...3
      } == ["aé", "é ", " b", "aé ", "é b"])
    #expect(
      terms("a\nb") {
        $0.analyzer = .char
        $0.ngrams = 1...1
      } == ["a", "\n", "b"])
  }

  @Test func runsOfCharactersInWords() {
    #expect(
      terms("  ab\u{1C}c") {
        $0.analyzer = .characterInWord
        $0.ngrams = 3...5
      } == [" ab", "ab ", " ab ", " c "])
  }
}
