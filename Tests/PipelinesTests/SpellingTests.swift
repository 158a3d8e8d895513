import Pipelines
import Testing

@Suite struct SpellingTests {
  @Test(arguments: [
    ("typ", "type"), ("tyep", "type"), ("Type", "type"), ("TYPE", "type"), ("tpye", "type"), ("typee", "type"),
    ("max_reject", "max_rejects"), ("maxrejects", "max_rejects"), ("max-rejects", "max_rejects"),
    ("kk", "k"), ("index", nil), ("zzzz", nil), ("", "k"), ("ty", nil), ("featurise", "featurize"),
  ])
  func theNearestIsFound(word: String, expected: String?) {
    let words = ["type", "max_rejects", "k", "featurize", "metric"]
    #expect(Spelling.nearest(to: word, in: words) == expected)
  }

  @Test(arguments: [
    ("", "", 0), ("a", "", 2), ("", "ab", 4), ("ab", "ba", 2), ("ab", "AB", 2), ("kitten", "sitting", 6),
    ("abcd", "acbd", 2), ("ca", "abc", 6),
  ])
  func distancesAreTwiceTheEdits(a: String, b: String, expected: Int) {
    #expect(Spelling.distance(a, b) == expected)
    #expect(Spelling.distance(b, a) == expected)
  }

  @Test func longWordsHaveNoNearest() {
    let long = String(repeating: "a", count: 65)
    #expect(Spelling.nearest(to: long, in: [long + "b", "a"]) == nil)
  }
}
